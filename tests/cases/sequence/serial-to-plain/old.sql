CREATE TABLE t (id serial, b text);
