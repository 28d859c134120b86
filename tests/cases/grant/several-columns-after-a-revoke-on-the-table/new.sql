CREATE TABLE t (a int, b int, c int, d int);
GRANT SELECT (a), SELECT (b), UPDATE (c), SELECT (d) ON t TO app_reader;
