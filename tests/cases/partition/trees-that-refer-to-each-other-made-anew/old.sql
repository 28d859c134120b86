-- A partition with rows can only be detached once the other tree's foreign key is gone, in either tree.
CREATE TABLE crew (id integer PRIMARY KEY, ship integer) PARTITION BY RANGE (id);
CREATE TABLE crew_first PARTITION OF crew FOR VALUES FROM (0) TO (10);
CREATE TABLE crew_rest PARTITION OF crew DEFAULT;
CREATE TABLE ship (id integer PRIMARY KEY, captain integer) PARTITION BY LIST (id);
CREATE TABLE ship_first PARTITION OF ship FOR VALUES IN (1, 2);
CREATE TABLE ship_rest PARTITION OF ship DEFAULT;
ALTER TABLE crew ADD CONSTRAINT sails FOREIGN KEY (ship) REFERENCES ship;
ALTER TABLE ship ADD CONSTRAINT led FOREIGN KEY (captain) REFERENCES crew;
