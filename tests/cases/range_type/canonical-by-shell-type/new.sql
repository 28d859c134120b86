CREATE TYPE r;
CREATE FUNCTION r_canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE r AS RANGE (subtype = int, canonical = r_canon);
CREATE TABLE t (id int);
