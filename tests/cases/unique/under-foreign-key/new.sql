CREATE TABLE p (a int, b int, CONSTRAINT p_v UNIQUE (a));
CREATE TABLE c (a int REFERENCES p (a));
