CREATE TYPE person AS (name text, age int);
CREATE TABLE t (name text, age int);
