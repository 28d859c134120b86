CREATE TABLE buyers (region text, id integer, order_id integer, UNIQUE (region, id)) PARTITION BY LIST (region);
CREATE TABLE buyers_eu PARTITION OF buyers FOR VALUES IN ('eu');
CREATE TABLE orders (region text, id integer, buyer_id integer) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('eu');
CREATE UNIQUE INDEX orders_of_region ON orders (region, id);
ALTER TABLE orders ADD CONSTRAINT bought_by FOREIGN KEY (region, buyer_id) REFERENCES buyers (region, id);
ALTER TABLE buyers ADD CONSTRAINT last_order FOREIGN KEY (region, order_id) REFERENCES orders (region, id);
