CREATE TABLE becomes_unlogged (id int);
CREATE TABLE computes (id int, g int GENERATED ALWAYS AS (id + 1) STORED);
CREATE TABLE gains (id int);
CREATE TABLE u (a becomes_unlogged, b computes, c gains[]);
CREATE VIEW v AS SELECT * FROM u;
