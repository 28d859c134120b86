CREATE TYPE p AS (x int, y int);
CREATE DOMAIN d AS p CHECK ((VALUE).x > 0);
CREATE TABLE t (d int);
