CREATE TABLE t (id int, a text);
CREATE TABLE u (k int, r t, s t[]);
