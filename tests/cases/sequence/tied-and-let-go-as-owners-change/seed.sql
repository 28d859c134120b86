INSERT INTO ticket VALUES (7, 'a'), (8, 'b');
INSERT INTO bill VALUES (4, 'c');
