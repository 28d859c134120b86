CREATE SUBSCRIPTION sub_parts CONNECTION 'host=a dbname=x' PUBLICATION p2, p3 WITH (connect = false, slot_name = NONE, binary = true, streaming = on, synchronous_commit = 'local');
