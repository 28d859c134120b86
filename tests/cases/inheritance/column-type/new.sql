CREATE TABLE p (id int, a bigint);
CREATE TABLE c (b int) INHERITS (p);
CREATE TABLE q (a bigint);
CREATE TABLE d () INHERITS (p, q);
CREATE VIEW v AS SELECT a FROM c;
