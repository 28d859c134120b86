CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty;
CREATE VIEW v AS SELECT ROW(1, 'x')::ty AS r;
