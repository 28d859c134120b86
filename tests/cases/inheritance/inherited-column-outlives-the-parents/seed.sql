INSERT INTO c (id, a, b) VALUES (1, 'kept', 2);
