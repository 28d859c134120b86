CREATE FUNCTION larger(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT greatest($1, $2)';
CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR =~= (FUNCTION = same, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE weights (at integer, grams bigint);
