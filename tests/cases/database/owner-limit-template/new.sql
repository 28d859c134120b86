CREATE TABLE t (id int);
DO $do$ BEGIN
    EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 25', current_database());
    EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database());
    EXECUTE format('ALTER DATABASE %I OWNER TO app_owner', current_database());
END $do$;
