CREATE TYPE pair AS (x integer, y numeric(8,2));
CREATE TABLE typed OF pair (x NOT NULL);
CREATE TABLE child () INHERITS (typed);
