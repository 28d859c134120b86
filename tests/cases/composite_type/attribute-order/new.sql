CREATE TYPE p AS (b text, a int);
CREATE TABLE t (id int, p p);
