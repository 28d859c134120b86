CREATE TABLE t (a int, b text, c inet, CONSTRAINT x EXCLUDE USING gist (c inet_ops WITH &&, int4range(a, a, '[]') WITH &&), CONSTRAINT y EXCLUDE (lower(b) WITH =));
