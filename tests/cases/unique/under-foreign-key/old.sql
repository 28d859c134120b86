CREATE TABLE p (a int, b int, CONSTRAINT p_u UNIQUE (a));
CREATE TABLE c (a int REFERENCES p (a));
