CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT id, lower(a) AS a FROM t;
CREATE VIEW w AS SELECT * FROM v;
