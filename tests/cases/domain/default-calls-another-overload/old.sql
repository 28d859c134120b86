CREATE FUNCTION rank_of(step integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT step';
CREATE DOMAIN rank AS integer DEFAULT rank_of(1);
CREATE TABLE ladder (at rank);
