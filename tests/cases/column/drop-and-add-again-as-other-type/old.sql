CREATE TABLE t (id int, a point);
