CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a, b);
COMMENT ON INDEX i IS 'quick';
ALTER TABLE t CLUSTER ON i;
