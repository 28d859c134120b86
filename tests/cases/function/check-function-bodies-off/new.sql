SET check_function_bodies = off;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT nothing FROM elsewhere';
CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'this is no program';
