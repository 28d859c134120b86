CREATE FUNCTION gt(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION gt2(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR >>>> (LEFTARG = int, RIGHTARG = text, FUNCTION = gt);
CREATE TABLE t (a int CHECK (a >>>> 'x'));
CREATE INDEX i ON t (a) WHERE a >>>> 'y';
CREATE VIEW v AS SELECT a FROM t WHERE a >>>> 'z';
