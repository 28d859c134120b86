CREATE PROCEDURE p(oid) LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
