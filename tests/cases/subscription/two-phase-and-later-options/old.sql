CREATE SUBSCRIPTION sub_two CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, disable_on_error = false);
