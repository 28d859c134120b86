CREATE TABLE t (a text, b varchar);
CREATE INDEX i ON t (a text_pattern_ops, b varchar_pattern_ops);
