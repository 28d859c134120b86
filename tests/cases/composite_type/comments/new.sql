CREATE TYPE p AS (a int, b int);
COMMENT ON TYPE p IS 'two';
COMMENT ON COLUMN p.b IS 'attribute';
