CREATE EXTENSION btree_gist;
CREATE TABLE stays (a integer);
CREATE TABLE booked (
    room integer NOT NULL, span tsrange,
    CONSTRAINT "never twice" EXCLUDE USING gist (span WITH &&, room WITH =)
) PARTITION BY LIST (room);
CREATE TABLE first_room PARTITION OF booked FOR VALUES IN (1);
CREATE TABLE others PARTITION OF booked DEFAULT PARTITION BY LIST (room);
CREATE TABLE second_room PARTITION OF others FOR VALUES IN (2);
CREATE TABLE usual_room PARTITION OF others FOR VALUES IN (3);
ALTER TABLE first_room RENAME CONSTRAINT first_room_span_room_excl TO "It's mine";
ALTER TABLE others RENAME CONSTRAINT others_span_room_excl TO never;
ALTER TABLE second_room RENAME CONSTRAINT second_room_span_room_excl TO never_ever;
