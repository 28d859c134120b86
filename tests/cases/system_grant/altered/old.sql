GRANT SELECT, INSERT ON pg_catalog.pg_authid TO app_reader;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO app_reader;
REVOKE INSERT ON pg_catalog.pg_class FROM CURRENT_USER;
