INSERT INTO t SELECT n, n FROM generate_series(0, 100, 10) n;
