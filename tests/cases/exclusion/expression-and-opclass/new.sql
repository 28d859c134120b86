CREATE TABLE t (a int, b text, c inet, CONSTRAINT x EXCLUDE USING gist (c inet_ops WITH &&, int4range(a, a + 1, '[]') WITH &&), CONSTRAINT y EXCLUDE (lower(b) WITH =));
