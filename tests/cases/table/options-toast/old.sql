CREATE TABLE t (id int, b text) WITH (toast.autovacuum_enabled = false, fillfactor = 90);
