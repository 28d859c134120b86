INSERT INTO payment VALUES
    (1, '100', '3', '{"currency": "EUR", "customer": "ada"}'),
    (2, '2500', '12', '{"customer": "bob"}');
