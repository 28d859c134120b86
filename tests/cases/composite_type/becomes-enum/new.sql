CREATE TYPE p AS ENUM ('a');
CREATE TABLE t (id int);
