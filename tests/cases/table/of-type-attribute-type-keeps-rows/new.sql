CREATE TYPE animal AS (legs bigint, call varchar(20), born date);
CREATE TABLE pets OF animal (PRIMARY KEY (legs), call DEFAULT 'miaow');
CREATE INDEX loud ON pets (lower(call));
CREATE VIEW heard AS SELECT legs, call FROM pets;
CREATE TABLE vets (id integer, patient pets);
