CREATE FUNCTION gap(one double precision, other double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE AS 'SELECT one - other';
CREATE TYPE span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = gap);
CREATE TABLE shelves (id integer, holds span, held span[]);
