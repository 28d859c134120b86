CREATE TABLE t (id int);
DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $do$;
