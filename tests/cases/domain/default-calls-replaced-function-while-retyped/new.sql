CREATE FUNCTION usual_share() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 5';
CREATE DOMAIN share AS bigint DEFAULT usual_share();
CREATE TABLE accounts (id integer PRIMARY KEY, owns share, lends share[]);
