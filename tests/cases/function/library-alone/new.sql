CREATE FUNCTION f(oid) RETURNS void LANGUAGE c AS 'plpgsql', 'plpgsql_validator';
