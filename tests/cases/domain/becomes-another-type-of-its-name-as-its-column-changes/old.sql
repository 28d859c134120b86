-- The columns' type reads the same on both sides; something else about each of them changes.
CREATE DOMAIN code AS text DEFAULT 'a' CHECK (VALUE <> '');
CREATE DOMAIN place AS text;
CREATE TABLE item (required code NOT NULL, preset code, several code[], at place NOT NULL);
CREATE FUNCTION first_of(code) RETURNS code LANGUAGE sql RETURN $1;
