CREATE SCHEMA one;
CREATE TYPE one.e AS ENUM ('x');
CREATE TABLE one.t (id serial PRIMARY KEY, e one.e DEFAULT 'x');
CREATE FUNCTION one.f(one.t) RETURNS one.e LANGUAGE sql AS 'SELECT $1.e';
CREATE VIEW v AS SELECT one.f(t) AS e FROM one.t;
