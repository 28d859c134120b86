CREATE TABLE plain (id int PRIMARY KEY, note text UNIQUE, span int4range, EXCLUDE USING gist (span WITH &&));
CREATE INDEX plain_lower ON plain (lower(note));
CREATE TABLE split (id int PRIMARY KEY, at date) PARTITION BY RANGE (id);
CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (1) TO (10);
CREATE TABLE split_2 PARTITION OF split FOR VALUES FROM (10) TO (20) TABLESPACE elsewhere;
CREATE INDEX split_at ON split (at);
CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n FROM plain;
CREATE UNIQUE INDEX sums_n ON sums (n) TABLESPACE elsewhere;
