DO $do$ BEGIN EXECUTE format($$ALTER DATABASE %I SET work_mem = '6MB'$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$ALTER DATABASE %I SET lock_timeout = '1s'$$, current_database()); END $do$;
DO $do$ BEGIN EXECUTE format($$ALTER ROLE app_reader IN DATABASE %I SET search_path = public, app$$, current_database()); END $do$;
