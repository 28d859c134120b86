CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'sad');
CREATE TYPE pair AS (a mood, b mood[]);
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'sad' NOT NULL, ms mood[] DEFAULT ARRAY['sad'::mood, 'glad'], g good_mood DEFAULT 'glad', p pair,
    CHECK (m <> 'sad' OR id > 0));
CREATE INDEX t_m ON t (m) WHERE m = 'glad';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_glad ON t TO app_reader USING (m = 'glad'::mood);
CREATE FUNCTION is_glad(m mood DEFAULT 'glad') RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT m = 'glad'$$;
CREATE VIEW glad AS SELECT id, m, is_glad(m) AS g FROM t WHERE m = 'glad';
COMMENT ON TYPE mood IS 'how one feels';
GRANT USAGE ON TYPE mood TO app_reader;
