CREATE TABLE t (
    id int DEFAULT 5, b text DEFAULT NULL, c int DEFAULT 2, d timestamptz DEFAULT CURRENT_TIMESTAMP,
    e text DEFAULT 'it''s "b"', f numeric DEFAULT 1.0, g jsonb DEFAULT '[]'::jsonb, h int[] DEFAULT ARRAY[1, 2],
    i interval DEFAULT '1 month', j text DEFAULT session_user, k bytea DEFAULT '\xff', l date DEFAULT '2025-01-01',
    m boolean DEFAULT false, n text DEFAULT E'a\nb', o char(3) DEFAULT 'abc', p int DEFAULT -1);
