INSERT INTO accounts VALUES (1, 7, '{1,2}'), (2, DEFAULT, NULL);
