CREATE FUNCTION even(n int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION odd(n int) RETURNS boolean RETURN CASE WHEN n = 0 THEN false ELSE even(n - 1) END;
CREATE OR REPLACE FUNCTION even(n int) RETURNS boolean RETURN CASE WHEN n = 0 THEN true ELSE odd(n - 1) END;
CREATE TABLE t (id int);
