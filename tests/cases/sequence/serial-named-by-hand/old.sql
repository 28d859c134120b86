CREATE SEQUENCE t_id_seq AS integer;
CREATE TABLE t (id int DEFAULT nextval('t_id_seq') NOT NULL);
ALTER SEQUENCE t_id_seq OWNED BY t.id;
