INSERT INTO "A b" VALUES (1, 'x'), (2, NULL);
INSERT INTO below VALUES (3, 'y', 7);
INSERT INTO log VALUES (1, ROW(1, 'a "quoted", (text)')::"A b", ROW(2, '', 3)::below), (2, NULL, ROW(NULL, NULL, NULL)::below);
INSERT INTO one VALUES (5);
INSERT INTO ones VALUES (ROW(NULL)::one), (ROW(9)::one);
