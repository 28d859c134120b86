CREATE TABLE t (a int, s int DEFAULT 7);
