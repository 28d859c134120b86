CREATE SCHEMA archive;
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE archive.events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE archive.other_rest PARTITION OF events DEFAULT;
