CREATE TYPE ty AS (a int, b int, c text);
CREATE TABLE t OF ty;
CREATE VIEW v AS SELECT ROW(1, 2, 'x')::ty AS r;
