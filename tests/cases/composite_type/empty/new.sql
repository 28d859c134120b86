CREATE TYPE p AS (a int);
