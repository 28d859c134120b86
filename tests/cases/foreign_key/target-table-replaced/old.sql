CREATE TABLE p (id int, day date, PRIMARY KEY (id, day));
CREATE TABLE c (id int, day date, FOREIGN KEY (id, day) REFERENCES p);
