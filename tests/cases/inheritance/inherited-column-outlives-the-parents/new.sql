CREATE TABLE p (id int);
CREATE TABLE c (b int, a text) INHERITS (p);
CREATE TABLE d () INHERITS (p);
