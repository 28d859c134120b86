CREATE TABLE t (a int, b int, s int GENERATED ALWAYS AS (b * 2) STORED);
