CREATE COLLATION c (provider = libc, locale = 'C');
CREATE COLLATION d FROM "POSIX";
CREATE TABLE t (id int, a text COLLATE c, b text COLLATE d);
