CREATE FUNCTION usual_load() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 5';
CREATE FUNCTION largest_load() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 100';
CREATE DOMAIN load AS integer DEFAULT usual_load() CONSTRAINT fits CHECK (VALUE <= largest_load());
CREATE DOMAIN double_load AS load DEFAULT usual_load() * 2;
CREATE TABLE lorries (id integer PRIMARY KEY, carries load, pulls double_load);
