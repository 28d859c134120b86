CREATE TYPE person AS (name text, age int);
CREATE TABLE t OF person (age WITH OPTIONS DEFAULT 7);
