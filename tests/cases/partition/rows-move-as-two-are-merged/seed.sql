INSERT INTO t VALUES (1, 10, 'x'), (1, 60, 'y'), (2, 70, NULL);
INSERT INTO l VALUES ('a'), ('b'), (NULL);
