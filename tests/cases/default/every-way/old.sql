CREATE TABLE t (
    id int, b text DEFAULT 'gone', c int DEFAULT 1, d timestamptz DEFAULT now(),
    e text DEFAULT 'a', f numeric DEFAULT 1, g jsonb DEFAULT '{}'::jsonb, h int[] DEFAULT '{}',
    i interval DEFAULT '1 day', j text DEFAULT current_user, k bytea DEFAULT '\x00', l date DEFAULT CURRENT_DATE,
    m boolean DEFAULT true, n text DEFAULT 'x' || 'y', o char(3) DEFAULT 'a', p int DEFAULT -1);
