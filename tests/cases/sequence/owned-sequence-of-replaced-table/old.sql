CREATE TABLE t (id serial, k int, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'));
