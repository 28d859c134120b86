CREATE TYPE p AS (a int, b text);
CREATE TABLE t (id int, p p);
