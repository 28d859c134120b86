CREATE SEQUENCE t_id_seq AS integer;
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'));
