INSERT INTO t VALUES ('y', '(1)', 'three', 7);
