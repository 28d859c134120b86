CREATE TABLE t (id int, mail text);
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT mail FROM t';
