CREATE TYPE t;
CREATE FUNCTION t_in(cstring) RETURNS t LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION t_out(t) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION t_in_too(cstring) RETURNS t LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION t_out_too(t) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE t (
    INPUT = t_in_too, OUTPUT = t_out_too, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout,
    ANALYZE = array_typanalyze, SUBSCRIPT = raw_array_subscript_handler, INTERNALLENGTH = 16, ALIGNMENT = double,
    ELEMENT = float8
);
