CREATE TABLE p (id int);
CREATE TABLE q (id int);
CREATE TABLE c () INHERITS (p, q);
