CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION b() RETURNS int LANGUAGE sql SET search_path = '' SET work_mem = '4MB' AS 'SELECT 1';
CREATE FUNCTION c() RETURNS int LANGUAGE sql SET statement_timeout = 5 SET datestyle = 'ISO, DMY' AS 'SELECT 1';
CREATE FUNCTION d() RETURNS int LANGUAGE sql SET extra_float_digits TO 2 AS 'SELECT 1';
