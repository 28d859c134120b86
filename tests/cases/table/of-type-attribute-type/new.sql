CREATE TYPE person AS (name text, age bigint);
CREATE TABLE t OF person (age WITH OPTIONS DEFAULT 7);
