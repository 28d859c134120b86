CREATE TABLE orders (region text, placed date) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('eu');
CREATE INDEX orders_placed ON orders (placed);
CREATE INDEX "Own one" ON orders_eu (placed);
