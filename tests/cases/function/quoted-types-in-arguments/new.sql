CREATE SCHEMA "S s";
CREATE TYPE "S s"."T t" AS (a int);
CREATE TABLE "S s"."Tab" (a int);
CREATE FUNCTION f("S s"."T t", "S s"."Tab"[], timestamp with time zone, character varying, "char", bit, numeric(5,2)) RETURNS int LANGUAGE sql AS 'SELECT 2';
GRANT EXECUTE ON FUNCTION f("S s"."T t", "S s"."Tab"[], timestamptz, varchar, "char", bit, numeric) TO PUBLIC;
COMMENT ON FUNCTION f("S s"."T t", "S s"."Tab"[], timestamptz, varchar, "char", bit, numeric) IS 'x';
