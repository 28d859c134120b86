CREATE TYPE p AS (a int, b text);
CREATE TABLE t (id int PRIMARY KEY, p p);
CREATE VIEW v AS SELECT (p).a FROM t;
