CREATE SUBSCRIPTION sub_parts CONNECTION 'host=a dbname=x' PUBLICATION p1, p2 WITH (connect = false, slot_name = 's1', binary = false, streaming = off, synchronous_commit = 'off');
