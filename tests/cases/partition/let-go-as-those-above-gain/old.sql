CREATE TABLE regions (name text PRIMARY KEY);
CREATE TABLE orders (region text, placed date) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('eu') PARTITION BY RANGE (placed);
CREATE TABLE orders_eu_2025 PARTITION OF orders_eu FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
