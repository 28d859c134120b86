CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a DESC, b NULLS FIRST);
