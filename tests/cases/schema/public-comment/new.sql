COMMENT ON SCHEMA public IS 'the new words';
