CREATE TABLE t (a int, id int);
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNED BY t.id;
CREATE TABLE u (id int DEFAULT nextval('s'));
