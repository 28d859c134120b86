INSERT INTO parcels (tags, weights, route, counts, codes) VALUES (NULL, 2, NULL, 3, '{4}');
