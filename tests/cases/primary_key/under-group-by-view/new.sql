CREATE TABLE t (id int, a text, CONSTRAINT t_key PRIMARY KEY (id));
CREATE VIEW v AS SELECT id, a, count(*) AS n FROM t GROUP BY id;
