CREATE TABLE visits (
    day date NOT NULL, place integer NOT NULL, guests bigint, staff integer NOT NULL DEFAULT 3,
    CONSTRAINT somebody CHECK (guests > 0), UNIQUE (place, day)
) PARTITION BY LIST (place);
CREATE TABLE visits_north PARTITION OF visits FOR VALUES IN (1, 55);
CREATE TABLE visits_south PARTITION OF visits DEFAULT;
CREATE INDEX ON visits (guests);
