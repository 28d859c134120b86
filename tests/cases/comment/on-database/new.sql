CREATE TABLE t (id int);
COMMENT ON TABLE t IS 'b';
DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''the b''', current_database()); END$$;
