INSERT INTO ship VALUES (1, NULL), (2, NULL), (7, NULL);
INSERT INTO crew VALUES (1, 1), (2, 2), (12, 7);
UPDATE ship SET captain = 12;
