DO $do$ BEGIN EXECUTE format($$COMMENT ON DATABASE %I IS 'it''s the shop'$$, current_database()); END $do$;
