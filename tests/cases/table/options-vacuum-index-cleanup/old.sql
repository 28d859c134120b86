CREATE TABLE t (id int, b text) WITH (vacuum_index_cleanup = on, vacuum_truncate = true, user_catalog_table = false, log_autovacuum_min_duration = 0);
