CREATE SUBSCRIPTION sub_origin CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, origin = any, password_required = true, run_as_owner = false);
