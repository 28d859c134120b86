CREATE TABLE t (id int, b text) WITH (toast.vacuum_truncate = false, toast_tuple_target = 4096);
