CREATE TABLE buyers (region text, id integer, order_id integer, UNIQUE (region, id));
CREATE TABLE orders (region text, id integer, buyer_id integer);
CREATE UNIQUE INDEX orders_of_region ON orders (region, id);
ALTER TABLE orders ADD CONSTRAINT bought_by FOREIGN KEY (region, buyer_id) REFERENCES buyers (region, id);
ALTER TABLE buyers ADD CONSTRAINT last_order FOREIGN KEY (region, order_id) REFERENCES orders (region, id);
