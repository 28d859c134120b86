CREATE LANGUAGE lang HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE lang IS 'l';
CREATE FUNCTION f() RETURNS int LANGUAGE lang AS 'BEGIN RETURN 1; END';
CREATE TABLE t (id int);
