CREATE TABLE t (id int, a text, b jsonb, at timestamptz);
