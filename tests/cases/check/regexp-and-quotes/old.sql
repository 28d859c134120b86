CREATE TABLE t (a text, CONSTRAINT c CHECK (a ~ '^[^''"\\]+$'));
