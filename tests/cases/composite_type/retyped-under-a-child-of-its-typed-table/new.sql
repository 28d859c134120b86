CREATE TYPE pair AS (x integer, y text);
CREATE TABLE typed OF pair (x NOT NULL);
CREATE TABLE child () INHERITS (typed);
