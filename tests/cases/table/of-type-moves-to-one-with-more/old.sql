CREATE TYPE small AS (a int, b text);
CREATE TABLE t OF small;
CREATE TYPE large AS (a int, b text, c boolean);
