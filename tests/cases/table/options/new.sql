CREATE TABLE t (id int, b text) WITH (fillfactor = 70, autovacuum_enabled = false);
