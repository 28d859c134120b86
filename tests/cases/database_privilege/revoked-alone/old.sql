DO $do$ BEGIN EXECUTE format($$REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC$$, current_database()); END $do$;
