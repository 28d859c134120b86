CREATE TABLE t (id int, a int, b int CONSTRAINT b1 NOT NULL);
