INSERT INTO t VALUES (1, 'x');
INSERT INTO log VALUES (1, ROW(1, 'a')::t), (2, ROW(2, NULL)::t), (3, NULL);
INSERT INTO p VALUES (ROW(5, 'p')::t);
INSERT INTO c VALUES (ROW(6, 'c')::t, 1);
