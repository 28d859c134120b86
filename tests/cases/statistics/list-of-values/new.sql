CREATE TABLE guest (id int, country varchar(2), tier char(1));
-- pg_dump prints the casts of these arrays as PostgreSQL would not read them back
CREATE STATISTICS guest_origin ON (country IN ('no', 'se')), tier FROM guest;
CREATE STATISTICS guest_rest ON (country NOT IN ('no', 'se') AND id > 3), (id IN (1, 2)) FROM guest;
