CREATE TYPE z AS (x int);
CREATE TYPE m AS (z z[]);
CREATE TYPE a AS (m m);
CREATE TABLE t (id int, a a);
