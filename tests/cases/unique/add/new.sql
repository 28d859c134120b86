CREATE TABLE t (a int, b int, UNIQUE (b, a));
