CREATE TABLE t (id serial, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'));
ALTER TABLE t OWNER TO app_owner;
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNER TO app_owner;
CREATE TABLE v (a int);
ALTER TABLE v OWNER TO app_owner;
ALTER SEQUENCE s OWNED BY v.a;
CREATE TABLE w (a int);
