INSERT INTO app.limits VALUES ('small', 10), ('large', 100);
INSERT INTO app.orders VALUES (1, 5), (2, 50);
