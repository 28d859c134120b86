CREATE SCHEMA a;
CREATE FUNCTION eq(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR public.=== (LEFTARG = point, RIGHTARG = point, FUNCTION = eq);
CREATE TABLE t (p point);
CREATE VIEW v AS SELECT p OPERATOR(public.===) p AS same FROM t;
