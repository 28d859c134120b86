CREATE TYPE a AS ENUM ('x','y');
CREATE DOMAIN b AS int;
CREATE TYPE c AS (v int);
CREATE TYPE d AS RANGE (SUBTYPE = int);
CREATE TABLE t (a a, b b, c c, d d);
