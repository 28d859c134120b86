CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT * FROM t;
