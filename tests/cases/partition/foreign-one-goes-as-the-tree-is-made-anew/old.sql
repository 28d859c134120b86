-- The rows of the foreign partition are elsewhere and stay there: this wrapper could not even read them.
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER archive FOREIGN DATA WRAPPER far;
CREATE TABLE reading (station int, at int) PARTITION BY LIST (station);
CREATE TABLE reading_north PARTITION OF reading FOR VALUES IN (1) PARTITION BY LIST (at);
CREATE FOREIGN TABLE reading_old PARTITION OF reading_north FOR VALUES IN (1) SERVER archive;
CREATE TABLE reading_rest PARTITION OF reading DEFAULT;
