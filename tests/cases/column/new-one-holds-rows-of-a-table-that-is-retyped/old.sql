-- No column is retyped while another table holds rows of its table: the holder goes before, or comes after.
CREATE TABLE held (a int, b varchar(5));
CREATE TABLE zone (a int, b int);
CREATE TABLE again (x int, leaves zone);
CREATE TABLE aside (x int, leaves held[], lets_go held, takes_hold text);
