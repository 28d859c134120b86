CREATE TABLE t (id int, a text, b text);
ALTER TABLE t ALTER a SET (n_distinct = -0.1, n_distinct_inherited = 100);
ALTER TABLE t ALTER b SET (n_distinct = 3);
