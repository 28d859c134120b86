INSERT INTO c (id, x, m) VALUES (1, 2, 'm');
