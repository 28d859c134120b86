INSERT INTO h SELECT n, 'row ' || n FROM generate_series(1, 40) n;
