CREATE TABLE t (id int, a int, b int, c int);
COMMENT ON TABLE t IS 'plain';
COMMENT ON COLUMN t.a IS E'one';
COMMENT ON COLUMN t.b IS E'\\\\';
COMMENT ON COLUMN t.c IS 'x';
