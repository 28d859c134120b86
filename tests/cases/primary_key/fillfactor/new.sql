CREATE TABLE t (a int, PRIMARY KEY (a) WITH (fillfactor = 80));
