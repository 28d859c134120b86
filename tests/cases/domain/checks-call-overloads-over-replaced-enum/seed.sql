INSERT INTO walls VALUES (1, 'green', '{green,green}'), (2, NULL, '{}');
