CREATE TABLE t (id serial);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'));
CREATE TABLE w (id int DEFAULT nextval('t_id_seq'));
