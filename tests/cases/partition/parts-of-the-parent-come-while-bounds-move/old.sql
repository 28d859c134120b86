CREATE TABLE visits (day date NOT NULL, place integer NOT NULL, guests bigint) PARTITION BY LIST (place);
CREATE TABLE visits_north PARTITION OF visits FOR VALUES IN (55);
CREATE TABLE visits_south PARTITION OF visits FOR VALUES IN (56);
