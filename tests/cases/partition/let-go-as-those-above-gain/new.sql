CREATE TABLE regions (name text PRIMARY KEY);
CREATE TABLE orders (
    region text REFERENCES regions, placed date, note text NOT NULL DEFAULT 'none', CHECK (placed > '2020-01-01')
) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('eu') PARTITION BY RANGE (placed);
CREATE TABLE orders_eu_2025 (region text, placed date);
