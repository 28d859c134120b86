CREATE TABLE t (id int, b text) WITH (vacuum_index_cleanup = off, vacuum_truncate = false, user_catalog_table = true, log_autovacuum_min_duration = 1000);
