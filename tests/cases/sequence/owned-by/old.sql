CREATE TABLE t (id int, b int);
CREATE SEQUENCE s;
