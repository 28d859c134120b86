CREATE TYPE d AS (a int);
