CREATE SCHEMA a;
CREATE FUNCTION eq(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR a.=== (LEFTARG = point, RIGHTARG = point, FUNCTION = eq);
ALTER OPERATOR a.=== (point, point) OWNER TO app_owner;
CREATE TABLE t (p point);
CREATE VIEW v AS SELECT p OPERATOR(a.===) p AS same FROM t;
