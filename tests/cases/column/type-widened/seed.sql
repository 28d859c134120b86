INSERT INTO t VALUES (1, 'a', 'b', 3.14, 7);
