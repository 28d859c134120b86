CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE TABLE t (id int, e citext UNIQUE, h hstore DEFAULT 'a=>1');
CREATE INDEX i ON t USING gin (h);
CREATE VIEW v AS SELECT h -> 'a' AS a, e = 'x' AS b FROM t;
CREATE FUNCTION f(h hstore) RETURNS citext LANGUAGE sql AS 'SELECT NULL::citext';
CREATE DOMAIN mail AS citext CHECK (VALUE ~ '@');
CREATE TABLE u (m mail, ms mail[]);
