INSERT INTO a SELECT nextval('one') FROM generate_series(1, 20);
