DO $do$ BEGIN EXECUTE format($$REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$GRANT CREATE, CONNECT ON DATABASE %I TO app_reader$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$GRANT TEMPORARY ON DATABASE %I TO app_writer WITH GRANT OPTION$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$GRANT CONNECT ON DATABASE %I TO app_audit$$, current_database()); END $do$;
