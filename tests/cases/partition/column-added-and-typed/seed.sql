INSERT INTO t (id, a) VALUES (5, 'a'), (12, 'b');
