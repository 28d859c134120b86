CREATE TABLE town (id integer, name text);
CREATE VIEW seen AS SELECT id FROM town;
