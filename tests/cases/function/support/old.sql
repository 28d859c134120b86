CREATE FUNCTION f(int, int) RETURNS SETOF int LANGUAGE internal IMMUTABLE STRICT AS 'generate_series_int4';
