CREATE TYPE p AS (a text, b int);
