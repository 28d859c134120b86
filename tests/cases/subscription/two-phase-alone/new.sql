CREATE SUBSCRIPTION sub_phases CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, two_phase = true);
