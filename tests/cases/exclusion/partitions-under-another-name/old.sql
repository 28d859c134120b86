CREATE EXTENSION btree_gist;
CREATE TABLE stays (a integer);
CREATE TABLE booked (room integer NOT NULL, span tsrange) PARTITION BY LIST (room);
CREATE TABLE first_room PARTITION OF booked FOR VALUES IN (1);
