INSERT INTO fee VALUES (1, 10), (2, 20);
INSERT INTO bill VALUES (1, 'kept'), (2, 'kept as well');
