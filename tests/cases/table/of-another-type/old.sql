CREATE TYPE person AS (name text, age int);
CREATE TYPE human AS (name text, age int);
CREATE TABLE t OF person;
