CREATE TABLE t (id int);
DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO app_owner', current_database()); END $do$;
