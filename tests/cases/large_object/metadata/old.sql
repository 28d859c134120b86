CREATE TABLE t (id int);
SELECT lo_create(4711);
