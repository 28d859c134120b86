CREATE TYPE p AS (a int, b int);
COMMENT ON TYPE p IS 'one';
COMMENT ON COLUMN p.a IS 'attribute';
