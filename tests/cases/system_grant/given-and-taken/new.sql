GRANT SELECT (rolname, rolsuper) ON pg_catalog.pg_authid TO app_reader;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO app_reader;
REVOKE SELECT ON pg_catalog.pg_stat_activity FROM PUBLIC;
REVOKE USAGE ON TYPE pg_catalog.json FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.sum(integer) FROM PUBLIC;
REVOKE USAGE ON SCHEMA pg_catalog FROM PUBLIC;
GRANT USAGE ON SCHEMA pg_catalog TO app_reader;
