CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE TABLE u (id int PRIMARY KEY, a text);
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 0), u;
