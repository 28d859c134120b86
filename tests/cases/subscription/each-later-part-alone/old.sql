CREATE SUBSCRIPTION sub_one_password CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_run CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_origin CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_error CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
