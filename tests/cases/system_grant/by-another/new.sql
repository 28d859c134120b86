GRANT SELECT ON pg_catalog.pg_authid TO app_reader WITH GRANT OPTION;
SET ROLE app_reader;
GRANT SELECT ON pg_catalog.pg_authid TO app_writer;
RESET ROLE;
