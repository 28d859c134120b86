CREATE TYPE person AS (name text, age int, mail text);
CREATE TABLE t OF person;
CREATE TABLE u OF person (PRIMARY KEY (name));
