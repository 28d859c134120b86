CREATE TABLE t (a int, b text, c text, PRIMARY KEY (a) INCLUDE (b, c));
