CREATE TABLE p (id int);
CREATE TABLE q (x int, m text);
CREATE TABLE c () INHERITS (p, q);
