CREATE TYPE person AS (name text, age int);
CREATE TABLE u OF person;
