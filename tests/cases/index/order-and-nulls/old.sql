CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a, b DESC NULLS LAST);
