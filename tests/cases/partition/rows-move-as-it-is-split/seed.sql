INSERT INTO t (n, "it's") SELECT n, 'row ' || n FROM generate_series(0, 99, 5) n;
