CREATE TYPE r;
CREATE FUNCTION canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int8range_canonical';
CREATE TYPE r AS RANGE (SUBTYPE = bigint, CANONICAL = canon);
CREATE TABLE t (id int, x r);
