INSERT INTO lender VALUES (1, 2);
INSERT INTO guarantor VALUES (2, 4, 'x');
