CREATE TYPE _t AS ENUM ('x');
CREATE TABLE t (id int);
CREATE TABLE u (a t[], b _t);
