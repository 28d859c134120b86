CREATE TABLE t (a int, b int, s int GENERATED ALWAYS AS (a * b) STORED);
CREATE INDEX t_s ON t (s);
COMMENT ON COLUMN t.s IS 'sum';
