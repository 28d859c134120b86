CREATE TABLE t (id int, e text UNIQUE, h jsonb DEFAULT '{}');
CREATE INDEX i ON t USING gin (h);
CREATE VIEW v AS SELECT h ->> 'a' AS a, e = 'x' AS b FROM t;
CREATE DOMAIN mail AS text CHECK (VALUE ~ '@');
CREATE TABLE u (m mail, ms mail[]);
