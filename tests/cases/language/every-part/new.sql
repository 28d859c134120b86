CREATE TRUSTED LANGUAGE lang HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
GRANT USAGE ON LANGUAGE lang TO app_reader;
ALTER LANGUAGE lang OWNER TO app_owner;
CREATE FUNCTION f() RETURNS int LANGUAGE lang AS 'BEGIN RETURN 1; END';
