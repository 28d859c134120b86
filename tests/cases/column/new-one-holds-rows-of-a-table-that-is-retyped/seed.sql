INSERT INTO held VALUES (1, 'b'); INSERT INTO again VALUES (1, '(1,2)'); INSERT INTO aside VALUES (1, '{}', '(1,b)', '(1,2)');
