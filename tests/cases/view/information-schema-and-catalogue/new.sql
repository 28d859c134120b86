CREATE VIEW v AS SELECT table_name, table_schema FROM information_schema.tables;
CREATE VIEW w AS SELECT oid, relname FROM pg_class WHERE relkind = 'r';
