CREATE TABLE t (id int, a text, b text);
COMMENT ON COLUMN t.a IS 'gone';
COMMENT ON COLUMN t.b IS 'one';
