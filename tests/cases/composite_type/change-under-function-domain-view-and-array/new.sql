CREATE TYPE p AS (x int, y numeric);
CREATE DOMAIN dp AS p;
CREATE TABLE t (id int PRIMARY KEY, a p, b p[], c dp);
CREATE FUNCTION f(p) RETURNS SETOF p LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT (a).y AS y, f(a) AS fa FROM t;
CREATE TYPE outerp AS (p p, ps p[]);
