CREATE TYPE gone AS ENUM ('x');
CREATE FUNCTION gone() RETURNS gone LANGUAGE sql IMMUTABLE AS $$SELECT 'x'::public.gone$$;
CREATE TABLE gone_t (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a gone DEFAULT gone(), b int REFERENCES gone_t, g gone_t);
CREATE VIEW v AS SELECT a FROM t WHERE a = gone();
CREATE INDEX i ON t (a) WHERE a <> gone();
CREATE FUNCTION uses(gone_t) RETURNS int LANGUAGE sql AS 'SELECT 1';
