CREATE TABLE t (a int, b int, c int);
CREATE STATISTICS k (ndistinct, dependencies, mcv) ON a, b FROM t;
CREATE STATISTICS c ON a, b, c FROM t;
CREATE STATISTICS e ON (a - b) FROM t;
CREATE STATISTICS m ON a, (b * 2), (lower(c::text)) FROM t;
