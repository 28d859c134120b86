CREATE TABLE plain (
    id int PRIMARY KEY USING INDEX TABLESPACE elsewhere,
    note text UNIQUE USING INDEX TABLESPACE elsewhere,
    span int4range,
    EXCLUDE USING gist (span WITH &&) USING INDEX TABLESPACE elsewhere
) TABLESPACE elsewhere;
CREATE INDEX plain_lower ON plain (lower(note)) TABLESPACE elsewhere;
CREATE INDEX plain_made ON plain (note) TABLESPACE elsewhere WHERE note <> '';
CREATE TABLE split (id int PRIMARY KEY USING INDEX TABLESPACE elsewhere, at date) PARTITION BY RANGE (id) TABLESPACE elsewhere;
CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (1) TO (10) TABLESPACE elsewhere;
CREATE TABLE split_2 PARTITION OF split FOR VALUES FROM (10) TO (20) TABLESPACE pg_default;
CREATE INDEX split_at ON split (at) TABLESPACE elsewhere;
CREATE TABLE made (id int PRIMARY KEY USING INDEX TABLESPACE elsewhere) TABLESPACE elsewhere;
CREATE MATERIALIZED VIEW sums TABLESPACE elsewhere AS SELECT count(*) AS n FROM plain;
CREATE UNIQUE INDEX sums_n ON sums (n);
