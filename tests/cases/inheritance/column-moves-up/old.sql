CREATE TABLE p (id int);
CREATE TABLE c (b int) INHERITS (p);
CREATE TABLE d (b int) INHERITS (p);
