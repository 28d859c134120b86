CREATE TABLE t (id int);
DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database()); END $do$;
