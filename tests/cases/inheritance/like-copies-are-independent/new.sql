CREATE TABLE p (id int DEFAULT 1, a text CHECK (a <> ''));
CREATE TABLE c (LIKE p INCLUDING ALL, b int);
