CREATE TABLE t (a int, b text, c text);
CREATE INDEX i ON t (b, a);
