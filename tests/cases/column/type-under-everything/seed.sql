INSERT INTO t (id, a, b) VALUES (1, 7, 'x');
