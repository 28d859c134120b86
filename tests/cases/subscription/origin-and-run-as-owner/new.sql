CREATE SUBSCRIPTION sub_origin CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, origin = none, password_required = false, run_as_owner = true);
