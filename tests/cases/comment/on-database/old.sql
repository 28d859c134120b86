CREATE TABLE t (id int);
COMMENT ON TABLE t IS 'a';
DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''the a''', current_database()); END$$;
