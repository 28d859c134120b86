GRANT SELECT (tableoid, oid, xmin) ON pg_catalog.pg_authid TO app_reader;
