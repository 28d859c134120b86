CREATE TABLE t (id int, a text, CONSTRAINT t_pkey PRIMARY KEY (id));
CREATE VIEW v AS SELECT id, a, count(*) AS n FROM t GROUP BY id;
