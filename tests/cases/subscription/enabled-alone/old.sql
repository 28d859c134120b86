CREATE SUBSCRIPTION sub_on CONNECTION 'host=/nowhere dbname=x' PUBLICATION p WITH (connect = false, slot_name = 's');
