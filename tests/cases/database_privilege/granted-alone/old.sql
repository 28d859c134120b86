DO $do$ BEGIN EXECUTE format($$GRANT CREATE ON DATABASE %I TO app_reader$$, current_database()); END $do$;
