CREATE TYPE p AS (a text COLLATE "C", b int);
