INSERT INTO t (id, c, d) VALUES (1, '{1,2}', '{abc}');
