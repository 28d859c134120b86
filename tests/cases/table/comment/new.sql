CREATE TABLE t (id int, b text);
COMMENT ON TABLE t IS 'it''s "after"
on two lines; -- not a comment';
COMMENT ON COLUMN t.b IS E'tab\t and \\ backslash';
