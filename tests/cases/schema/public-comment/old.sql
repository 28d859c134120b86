COMMENT ON SCHEMA public IS 'the old words';
