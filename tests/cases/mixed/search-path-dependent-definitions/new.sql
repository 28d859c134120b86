CREATE SCHEMA a;
SET search_path = a, public;
CREATE TYPE kind AS ENUM ('x', 'y');
CREATE TABLE t (id int, k kind DEFAULT 'x', CHECK (k <> 'x' OR id > 0));
CREATE FUNCTION f(k kind DEFAULT 'x') RETURNS SETOF t LANGUAGE sql SET search_path = a AS 'SELECT * FROM t WHERE id > 0';
CREATE VIEW v AS SELECT id FROM t WHERE k = 'x' AND id > 1;
