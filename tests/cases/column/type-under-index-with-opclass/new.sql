CREATE TABLE t (id int, a int);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (a) WHERE a > 5;
