CREATE SCHEMA two;
CREATE TYPE two.e AS ENUM ('x');
CREATE TABLE two.t (id serial PRIMARY KEY, e two.e DEFAULT 'x');
CREATE FUNCTION two.f(two.t) RETURNS two.e LANGUAGE sql AS 'SELECT $1.e';
CREATE VIEW v AS SELECT two.f(t) AS e FROM two.t;
