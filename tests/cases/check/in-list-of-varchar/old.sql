CREATE TABLE t (s varchar(20), n numeric, b boolean, a int);
