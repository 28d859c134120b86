CREATE TABLE t (a int, b int);
CREATE INDEX j ON t (a);
CREATE INDEX i ON t (b);
