CREATE TYPE t AS (id int);
