-- Each has a part for each partition, under a number after its name: these and those must not get in each other's way.
CREATE TABLE depot (no int PRIMARY KEY) PARTITION BY LIST (no);
CREATE TABLE depot_1 PARTITION OF depot FOR VALUES IN (1);
CREATE TABLE depot_2 PARTITION OF depot FOR VALUES IN (2);
CREATE TABLE depot_3 PARTITION OF depot FOR VALUES IN (3);
CREATE TABLE van (no int);
ALTER TABLE van ADD FOREIGN KEY (no) REFERENCES depot;
ALTER TABLE van ADD FOREIGN KEY (no) REFERENCES depot ON DELETE CASCADE;
ALTER TABLE van ADD FOREIGN KEY (no) REFERENCES depot ON UPDATE CASCADE;
ALTER TABLE van ADD FOREIGN KEY (no) REFERENCES depot ON UPDATE SET NULL;
