CREATE TYPE small AS (a int, b text);
CREATE TYPE large AS (a int, b text, c boolean);
CREATE TABLE t OF large (c WITH OPTIONS DEFAULT true NOT NULL, PRIMARY KEY (a));
