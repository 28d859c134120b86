CREATE TYPE a AS (x int);
CREATE TYPE b AS (a a, more a[]);
CREATE TABLE t (b b);
