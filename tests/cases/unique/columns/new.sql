CREATE TABLE t (a int, b int, CONSTRAINT t_u UNIQUE (a, b));
