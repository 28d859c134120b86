INSERT INTO offer VALUES ('here', 1, 2, 'kept');
INSERT INTO lot VALUES (5, 2, 'kept');
INSERT INTO sublot VALUES (6, 3, 'kept');
