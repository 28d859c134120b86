CREATE FUNCTION my_diff(a time, b time) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 0::float8';
CREATE TYPE timerange AS RANGE (subtype = time, subtype_diff = my_diff);
