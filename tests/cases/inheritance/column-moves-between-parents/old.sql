CREATE TABLE p (id int, m text);
CREATE TABLE q (x int);
CREATE TABLE c () INHERITS (p, q);
