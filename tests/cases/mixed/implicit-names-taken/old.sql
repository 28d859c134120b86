CREATE SEQUENCE t_id_seq;
CREATE TABLE t_pkey (x int);
CREATE TABLE t (id serial);
