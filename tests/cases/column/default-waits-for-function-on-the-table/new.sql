CREATE TABLE t (id int);
CREATE FUNCTION next_n() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
ALTER TABLE t ADD n bigint DEFAULT next_n();
