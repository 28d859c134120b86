CREATE TABLE t (id int, lo oid);
SELECT lo_create(4711);
