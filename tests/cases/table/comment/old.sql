CREATE TABLE t (id int, b text);
COMMENT ON TABLE t IS 'before';
COMMENT ON COLUMN t.id IS 'goes';
