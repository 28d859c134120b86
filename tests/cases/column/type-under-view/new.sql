CREATE TABLE t (id int PRIMARY KEY, a bigint, b text);
CREATE VIEW v AS SELECT id, a FROM t WHERE b = 'x';
COMMENT ON VIEW v IS 'stays';
COMMENT ON COLUMN v.a IS 'stays too';
