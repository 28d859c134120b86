CREATE FUNCTION add8(bigint, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = add8, STYPE = bigint, INITCOND = '0');
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT total(id) AS n FROM t;
