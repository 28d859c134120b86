CREATE FUNCTION f(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $2[1]';
CREATE FUNCTION g(anycompatible, anycompatible) RETURNS anycompatiblearray LANGUAGE sql AS 'SELECT ARRAY[$1, $2]';
CREATE FUNCTION h(anyrange) RETURNS anymultirange LANGUAGE sql AS 'SELECT multirange($1)';
