CREATE TABLE base (id int, live boolean);
CREATE MATERIALIZED VIEW t AS SELECT id FROM base WHERE live;
