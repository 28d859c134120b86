CREATE FUNCTION short(words text, most int DEFAULT 9) RETURNS varchar LANGUAGE sql IMMUTABLE RETURN left(words, most);
CREATE TABLE t (a text, b varchar GENERATED ALWAYS AS (short(a)) STORED,
                c text GENERATED ALWAYS AS (short(a)) STORED NOT NULL);
COMMENT ON COLUMN t.b IS 'kept short';
