CREATE TYPE e AS ENUM ('1', '2');
CREATE TABLE t (id int PRIMARY KEY, m int);
