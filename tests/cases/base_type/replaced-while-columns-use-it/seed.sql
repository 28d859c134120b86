INSERT INTO t (a, b) VALUES (1, '2');
INSERT INTO u VALUES (ROW('5')::carton, '6');
