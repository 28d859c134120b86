INSERT INTO "S".l VALUES ('sad', 1), ('ok', 2), ('happy', 3);
INSERT INTO e VALUES ('B', 'x'), ('N', 'y'), ('zz', 'y'), (NULL, NULL);
