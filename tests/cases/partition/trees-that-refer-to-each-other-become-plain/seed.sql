INSERT INTO buyers VALUES ('eu', 1, NULL), ('eu', 2, NULL);
INSERT INTO orders VALUES ('eu', 7, 1), ('eu', 8, 2);
UPDATE buyers SET order_id = 7 WHERE id = 1;
