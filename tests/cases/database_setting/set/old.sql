DO $do$ BEGIN EXECUTE format($$ALTER DATABASE %I SET work_mem = '5MB'$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$ALTER DATABASE %I SET statement_timeout = '1min'$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$ALTER ROLE app_reader IN DATABASE %I SET search_path = app, public$$, current_database()); END $do$;
