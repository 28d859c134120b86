CREATE TYPE code AS ENUM ('a', 'b');
CREATE TYPE place AS (x text, y text);
CREATE TABLE item (required code, preset code NOT NULL DEFAULT 'b', several code[] NOT NULL, at place);
CREATE FUNCTION first_of(code) RETURNS code LANGUAGE sql STABLE RETURN $1;
