CREATE UNLOGGED TABLE becomes_unlogged (id int);
CREATE TABLE computes (id int, g int GENERATED ALWAYS AS (id + 2) STORED);
CREATE TABLE gains (id int, n int GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE u (a becomes_unlogged, b computes, c gains[]);
CREATE VIEW v AS SELECT * FROM u;
