CREATE TABLE t (id int, a text, b text);
ALTER TABLE t ALTER a SET (n_distinct = 5);
