CREATE FUNCTION rank_of(step bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT step::integer';
CREATE DOMAIN rank AS integer DEFAULT rank_of(1);
CREATE TABLE ladder (at rank);
