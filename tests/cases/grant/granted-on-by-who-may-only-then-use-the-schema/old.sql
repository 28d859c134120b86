-- Who grants on what is in a schema has to be able to name it: his USAGE comes first, and goes last.
CREATE SCHEMA s;
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC;
