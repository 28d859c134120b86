-- The expression reads the same and means another function; the column changes in something else.
CREATE FUNCTION short(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower($1);
CREATE TABLE t (a text, b text GENERATED ALWAYS AS (short(a)) STORED, c text GENERATED ALWAYS AS (short(a)) STORED);
