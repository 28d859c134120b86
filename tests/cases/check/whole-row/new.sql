CREATE TABLE t (a int, b int, CHECK (t IS NOT NULL));
