CREATE TABLE base (id int, live boolean);
CREATE TABLE t (id int);
