INSERT INTO t VALUES (5, 'five');
