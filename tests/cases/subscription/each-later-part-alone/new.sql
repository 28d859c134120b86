CREATE SUBSCRIPTION sub_one_password CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, password_required = false);
CREATE SUBSCRIPTION sub_one_run CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, run_as_owner = true);
CREATE SUBSCRIPTION sub_one_origin CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, origin = none);
CREATE SUBSCRIPTION sub_one_error CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, disable_on_error = true);
