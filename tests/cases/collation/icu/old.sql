CREATE COLLATION c (provider = icu, locale = 'de', deterministic = true);
CREATE TABLE t (a text COLLATE c UNIQUE, b text);
CREATE INDEX i ON t (b COLLATE c);
CREATE VIEW v AS SELECT a FROM t ORDER BY b COLLATE c;
