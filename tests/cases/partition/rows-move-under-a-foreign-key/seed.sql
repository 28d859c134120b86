INSERT INTO t SELECT n, 'row ' || n FROM generate_series(5, 120, 5) n;
INSERT INTO c VALUES (10), (45), (90), (120);
