CREATE TABLE t (a int, b int);
CREATE PUBLICATION pub FOR TABLE t (a, b);
