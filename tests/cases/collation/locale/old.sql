CREATE COLLATION c (provider = libc, locale = 'C');
CREATE TABLE t (a text COLLATE c);
CREATE INDEX i ON t (a);
