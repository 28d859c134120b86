INSERT INTO point_of_sale VALUES (1), (2);
