CREATE SUBSCRIPTION sub_one_publications CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_slot CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_binary CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_streaming CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off);
CREATE SUBSCRIPTION sub_one_commit CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
