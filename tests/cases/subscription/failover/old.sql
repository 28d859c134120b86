CREATE SUBSCRIPTION sub_fail CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, failover = false);
