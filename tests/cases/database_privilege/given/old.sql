DO $do$ BEGIN EXECUTE format($$GRANT CREATE ON DATABASE %I TO app_reader$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$GRANT ALL ON DATABASE %I TO app_writer$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$GRANT CONNECT ON DATABASE %I TO app_audit WITH GRANT OPTION$$, current_database()); END $do$;
