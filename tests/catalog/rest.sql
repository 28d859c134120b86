-- What base.sql of tests/observer has no object for.
ALTER OPERATOR FAMILY app.loose USING btree ADD OPERATOR 1 < (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); END $$;
CREATE TABLE app.measures_2025 PARTITION OF app.measures FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00');
CREATE TRIGGER cloned AFTER INSERT ON app.measures FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.measures_2025 DISABLE TRIGGER cloned;
ALTER TABLE app.orders DISABLE TRIGGER ALL;
-- No label provider is loaded anywhere, and what one has labelled is there without it.
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel VALUES ('app.users'::regclass, 'pg_class'::regclass, 0, 'provider', 'secret');
RESET allow_system_table_mods;
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''for tests''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
