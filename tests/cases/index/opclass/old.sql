CREATE TABLE t (a text, b varchar);
CREATE INDEX i ON t (a, b varchar_ops);
