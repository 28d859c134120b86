CREATE FUNCTION f(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
