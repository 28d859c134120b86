CREATE TYPE p AS (a bigint, b text);
CREATE TABLE t (id int PRIMARY KEY, p p, ps p[]);
CREATE FUNCTION f(p) RETURNS text LANGUAGE sql AS 'SELECT $1.b';
