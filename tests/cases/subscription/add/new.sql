CREATE SUBSCRIPTION sub_added CONNECTION 'host=nowhere dbname=x' PUBLICATION p1, "P 2" WITH (connect = false, slot_name = 'one_slot', binary = true, synchronous_commit = 'off');
COMMENT ON SUBSCRIPTION sub_added IS 's';
CREATE TABLE t (id int);
