CREATE TABLE t (a text, id int);
