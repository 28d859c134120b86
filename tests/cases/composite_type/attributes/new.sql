CREATE TYPE p AS (a int, b varchar(10), d int);
