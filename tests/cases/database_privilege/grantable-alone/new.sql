DO $do$ BEGIN EXECUTE format($$GRANT CREATE ON DATABASE %I TO app_reader WITH GRANT OPTION$$, current_database()); END $do$;
