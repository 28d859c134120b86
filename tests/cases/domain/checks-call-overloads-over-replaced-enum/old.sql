CREATE TYPE colour AS ENUM ('red', 'green');
CREATE FUNCTION seen(what colour, times integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION seen(what text, times integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN shade AS colour CONSTRAINT as_it_is CHECK (seen(VALUE, 1)) CONSTRAINT as_text CHECK (seen(VALUE::text, 1));
CREATE TABLE walls (id integer, painted shade, before shade[]);
