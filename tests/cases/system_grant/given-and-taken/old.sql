GRANT SELECT ON pg_catalog.pg_authid TO app_reader;
GRANT USAGE ON TYPE pg_catalog.int4 TO app_reader;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
