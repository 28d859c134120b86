CREATE FUNCTION a() RETURNS int LANGUAGE sql SET search_path = app, public, pg_temp AS 'SELECT 1';
CREATE FUNCTION b() RETURNS int LANGUAGE sql SET search_path = "$user", "My ""Schema""" SET work_mem = '8MB' AS 'SELECT 1';
CREATE FUNCTION c() RETURNS int LANGUAGE sql SET my.setting = 'it''s, "x"' SET datestyle = 'ISO, DMY' AS 'SELECT 1';
CREATE FUNCTION d() RETURNS int LANGUAGE sql SET extra_float_digits TO 2 SET temp_tablespaces = '' SET DateStyle FROM CURRENT AS 'SELECT 1';
