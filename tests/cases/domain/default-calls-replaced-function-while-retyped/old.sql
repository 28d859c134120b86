CREATE FUNCTION usual_share() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 5';
CREATE DOMAIN share AS integer DEFAULT usual_share();
CREATE TABLE accounts (id integer PRIMARY KEY, owns share, lends share[]);
