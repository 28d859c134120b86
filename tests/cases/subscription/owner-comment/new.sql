CREATE SUBSCRIPTION sub_own CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION sub_own IS 'b';
