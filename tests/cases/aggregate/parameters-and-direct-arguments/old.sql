CREATE FUNCTION step(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION step(integer, integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2 + $3';
CREATE FUNCTION done(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION done(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION done(integer, integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE named(x integer) (SFUNC = step, STYPE = integer);
CREATE AGGREGATE a(integer ORDER BY integer, integer) (SFUNC = step, STYPE = integer, FINALFUNC = done);
