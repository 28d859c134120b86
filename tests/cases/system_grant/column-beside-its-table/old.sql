GRANT SELECT ON pg_catalog.pg_authid TO app_reader;
GRANT UPDATE (rolname), SELECT (rolname) ON pg_catalog.pg_authid TO app_reader;
