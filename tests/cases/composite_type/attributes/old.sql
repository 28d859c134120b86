CREATE TYPE p AS (a int, b text, c int);
