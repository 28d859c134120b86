CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT id, upper(a) AS a FROM t WHERE id > 0;
