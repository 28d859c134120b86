CREATE PROCEDURE p(oid) LANGUAGE c AS 'plpgsql', 'plpgsql_validator';
