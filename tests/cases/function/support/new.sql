CREATE FUNCTION f(int, int) RETURNS SETOF int LANGUAGE internal IMMUTABLE STRICT SUPPORT generate_series_int4_support AS 'generate_series_int4';
