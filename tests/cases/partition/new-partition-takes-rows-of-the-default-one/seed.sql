INSERT INTO t (day) VALUES ('2025-02-02'), ('2024-01-01'), ('2027-01-01'), (NULL);
INSERT INTO l VALUES ('X''%i', 1), ('z', 2), ('Y', 3);
