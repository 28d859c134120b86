CREATE TABLE p (id int, a text);
CREATE TABLE q (id int, z text);
CREATE TABLE c (own int) INHERITS (p, q);
