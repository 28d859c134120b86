CREATE TABLE orders (region text, placed date) PARTITION BY LIST (region);
CREATE INDEX orders_placed ON orders (placed);
CREATE TABLE orders_eu (region text, placed date);
CREATE INDEX "Own one" ON orders_eu (placed);
CREATE INDEX goes ON orders_eu (placed);
