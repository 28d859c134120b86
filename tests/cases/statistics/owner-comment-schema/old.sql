CREATE SCHEMA a;
CREATE TABLE t (a int, b int);
CREATE STATISTICS public.s ON a, b FROM t;
COMMENT ON STATISTICS public.s IS 'one';
