CREATE TABLE t (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert, delete, truncate');
CREATE PUBLICATION q FOR TABLE t WITH (publish_via_partition_root = true);
