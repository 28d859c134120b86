CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT id::bigint AS id, a FROM t;
CREATE FUNCTION f(v) RETURNS text LANGUAGE sql AS 'SELECT $1.a';
CREATE TABLE u (id int, row v);
