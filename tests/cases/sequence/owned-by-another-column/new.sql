CREATE TABLE t (id int, b int);
CREATE TABLE u (id int);
CREATE SEQUENCE s OWNED BY u.id;
