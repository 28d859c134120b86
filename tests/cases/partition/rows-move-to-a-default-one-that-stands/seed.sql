INSERT INTO ref VALUES (1);
INSERT INTO t SELECT n, 1 FROM generate_series(5, 295, 10) n;
