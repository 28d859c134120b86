CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2));
