CREATE TABLE t (id int, b text) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
