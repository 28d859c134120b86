INSERT INTO t VALUES (1, 'sad', DEFAULT, DEFAULT, ROW('sad', '{glad}')), (2, 'glad', '{sad}', NULL, NULL);
