DO $do$ BEGIN EXECUTE format($$REVOKE ALL ON DATABASE %I FROM PUBLIC$$, current_database()); END $do$;
