CREATE EXTENSION pg_trgm;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a gin_trgm_ops);
CREATE VIEW v AS SELECT a FROM t WHERE a % 'x';
