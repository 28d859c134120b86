CREATE TABLE t (id int);
ALTER TABLE t OWNER TO app_owner;
