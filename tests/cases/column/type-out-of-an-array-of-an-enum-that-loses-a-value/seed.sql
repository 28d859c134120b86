INSERT INTO shirt VALUES ('{small}', 'blue', 'blue');
