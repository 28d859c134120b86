CREATE TABLE t (a int, CONSTRAINT two CHECK (a > 0));
COMMENT ON CONSTRAINT two ON t IS 'positive';
