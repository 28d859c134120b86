CREATE FUNCTION eq(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION ne(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE TABLE t (id int);
