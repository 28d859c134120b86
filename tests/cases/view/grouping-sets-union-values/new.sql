CREATE TABLE t (a int, b int);
CREATE VIEW v (x, y) AS SELECT a, b::text FROM t GROUP BY GROUPING SETS ((a, b), (a), ()) UNION ALL SELECT 1, 'x' EXCEPT SELECT 2, 'y';
