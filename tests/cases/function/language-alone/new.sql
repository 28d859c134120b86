CREATE LANGUAGE plpgsql_too HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql_too AS 'BEGIN RETURN 1; END';
CREATE PROCEDURE p() LANGUAGE plpgsql_too AS 'BEGIN END';
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
