INSERT INTO pets VALUES (4, 'woof', 20), (2, 'tweet', 1);
INSERT INTO vets VALUES (1, NULL);
