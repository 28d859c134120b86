CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int, customer int REFERENCES customers) PARTITION BY LIST (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE orders_1_1 PARTITION OF orders_1 FOR VALUES IN (1);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES IN (2);
COMMENT ON CONSTRAINT orders_customer_fkey ON orders_1 IS 'under the old name';
