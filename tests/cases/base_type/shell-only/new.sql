CREATE TYPE unfinished;
CREATE TABLE t (id int);
