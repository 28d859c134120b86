CREATE TABLE c (id int, a text, b int);
