CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textin';
CREATE TRANSFORM FOR pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION from_sql(internal));
CREATE FUNCTION f(pair) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE PROCEDURE p(pair) LANGUAGE plpgsql AS 'BEGIN END';
