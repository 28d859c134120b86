CREATE TABLE bookings (room int4range, stay int4range) PARTITION BY LIST (room);
CREATE TABLE bookings_attic PARTITION OF bookings FOR VALUES IN ('[10,20)');
