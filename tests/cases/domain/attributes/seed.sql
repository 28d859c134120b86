INSERT INTO t VALUES (1, 'x', 'x', 'x', 'x');
