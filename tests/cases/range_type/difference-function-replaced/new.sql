CREATE FUNCTION gap(upper_end double precision, lower_end double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE AS 'SELECT upper_end - lower_end';
CREATE TYPE span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = gap);
CREATE TABLE shelves (id integer, holds span, held span[]);
