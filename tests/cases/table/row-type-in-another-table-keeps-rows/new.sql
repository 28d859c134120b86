CREATE TABLE t (id bigint, a text);
CREATE TABLE u (k int, r t, s t[]);
