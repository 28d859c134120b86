INSERT INTO t (a, b, m, gone) VALUES (1, 'x', 'a', 1), (2, 'z', 'b', 2), (15, 'y', NULL, 3), (16, 'w', 'b', 4);
