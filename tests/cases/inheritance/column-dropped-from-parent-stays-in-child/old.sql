CREATE TABLE p (id int, a text);
CREATE TABLE c (a text, b int) INHERITS (p);
