CREATE TYPE person AS (name text, age int);
CREATE TABLE t OF person;
CREATE TABLE u OF person (PRIMARY KEY (name));
