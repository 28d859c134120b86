CREATE TABLE p (id int, a text);
CREATE TABLE c (id int, a text, b int);
