CREATE TABLE t (id int PRIMARY KEY, a text, CONSTRAINT c CHECK (a ~ '^[0-9]+$'));
