CREATE TABLE t (id int, a int, b int, c int);
COMMENT ON TABLE t IS 'it''s $$ $x$ \ % -- /* */ ; 😀';
COMMENT ON COLUMN t.a IS E'first\nsecond\r\n\tthird';
COMMENT ON COLUMN t.b IS E'back\\slash\\';
COMMENT ON COLUMN t.c IS ' x';
