CREATE FUNCTION f(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(anycompatible, anycompatible) RETURNS anycompatiblearray LANGUAGE sql AS 'SELECT ARRAY[$1]';
CREATE FUNCTION h(anyrange) RETURNS anyelement LANGUAGE sql AS 'SELECT lower($1)';
