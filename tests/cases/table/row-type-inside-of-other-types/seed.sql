INSERT INTO t VALUES (1, 'a,('), (2, NULL);
INSERT INTO child VALUES (3, 'c');
INSERT INTO u SELECT 1, ROW(7, ARRAY(SELECT t FROM ONLY t))::pair, ROW(5, 'x')::t, ARRAY(SELECT child FROM child);
INSERT INTO outer_one SELECT u, ROW(1, 'y')::t FROM u;
