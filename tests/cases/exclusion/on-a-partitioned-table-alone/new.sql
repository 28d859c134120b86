CREATE TABLE bookings (room int4range, stay int4range) PARTITION BY LIST (room);
CREATE TABLE bookings_attic PARTITION OF bookings FOR VALUES IN ('[10,20)');
CREATE TABLE bookings_cellar PARTITION OF bookings FOR VALUES IN ('[0,10)');
ALTER TABLE ONLY bookings ADD CONSTRAINT one_guest EXCLUDE USING gist (room WITH =, stay WITH &&);
ALTER TABLE bookings_attic ADD CONSTRAINT one_guest_up_there EXCLUDE USING gist (room WITH =, stay WITH &&);
