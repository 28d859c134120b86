INSERT INTO t (id, a, b, c, d) VALUES (1, 'x', 'y', 1.5, 4), (2, 'z', 'y', 2.25, 5);
