CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT count(*) AS n, max(a) AS a FROM v;
