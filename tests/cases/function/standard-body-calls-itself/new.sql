CREATE FUNCTION fact(n int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE OR REPLACE FUNCTION fact(n int) RETURNS bigint RETURN CASE WHEN n < 2 THEN 1 ELSE n * fact(n - 1) END;
CREATE TABLE t (id int);
