CREATE COLLATION c (provider = libc, locale = 'C');
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE p AS (a text COLLATE c);
CREATE TYPE r AS RANGE (subtype = text, collation = c);
CREATE TABLE t (a d, b text COLLATE c, c p);
CREATE INDEX i ON t (b);
CREATE TABLE pt (k text COLLATE c) PARTITION BY RANGE (k);
CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM ('a') TO ('b');
