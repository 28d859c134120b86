CREATE TABLE base (id int, live boolean);
CREATE VIEW t AS SELECT id FROM base WHERE live;
