INSERT INTO parts VALUES (11, NULL), (12, 11), (6, 12), (7, 6);
