CREATE TABLE t (id serial, k int, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'));
ALTER TABLE t OWNER TO app_owner;
CREATE SEQUENCE s;
CREATE TABLE v (a int);
ALTER TABLE v OWNER TO app_owner;
CREATE TABLE w (a int);
ALTER SEQUENCE s OWNED BY w.a;
