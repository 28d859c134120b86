CREATE FUNCTION f(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE PROCEDURE p(oid) LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
