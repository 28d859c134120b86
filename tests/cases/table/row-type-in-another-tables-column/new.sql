CREATE TABLE t (id bigint);
CREATE TABLE u (id int, r t);
