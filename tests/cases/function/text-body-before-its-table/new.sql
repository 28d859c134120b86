CREATE TABLE zz (id int, a text);
CREATE FUNCTION a_first() RETURNS SETOF zz LANGUAGE sql AS 'SELECT * FROM zz';
CREATE FUNCTION a_second() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM zz JOIN a_first() USING (id)';
CREATE TABLE t (id int);
