INSERT INTO t VALUES (1, 'one'), (2, NULL);
INSERT INTO moves VALUES ('x', 1), ('y', 2);
