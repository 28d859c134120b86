CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int, customer int REFERENCES customers) PARTITION BY LIST (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE orders_1_1 PARTITION OF orders_1 FOR VALUES IN (1);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES IN (2);

ALTER TABLE orders_1 RENAME CONSTRAINT orders_customer_fkey TO by_whom;
ALTER TABLE orders_1_1 RENAME CONSTRAINT orders_customer_fkey TO by_whom_too;
ALTER TABLE orders_2 RENAME CONSTRAINT orders_customer_fkey TO who;
COMMENT ON CONSTRAINT who ON orders_2 IS 'under the new name';
