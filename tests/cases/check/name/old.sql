CREATE TABLE t (a int, CONSTRAINT one CHECK (a > 0));
COMMENT ON CONSTRAINT one ON t IS 'positive';
