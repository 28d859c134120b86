CREATE TABLE t (id int, b text) WITH (fillfactor = 70, parallel_workers = 2);
