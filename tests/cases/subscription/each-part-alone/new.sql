CREATE SUBSCRIPTION sub_one_publications CONNECTION 'dbname=x' PUBLICATION p, q WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION sub_one_slot CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = 's');
CREATE SUBSCRIPTION sub_one_binary CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, binary = true);
CREATE SUBSCRIPTION sub_one_streaming CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = on);
CREATE SUBSCRIPTION sub_one_commit CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, synchronous_commit = 'local');
