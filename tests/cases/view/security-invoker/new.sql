CREATE TABLE t (id int, a text);
CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM t;
