CREATE TYPE pair AS (b text, a int);
CREATE TYPE other AS (a int, c text);
CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x');
CREATE TABLE moves OF pair (b WITH OPTIONS DEFAULT 'y');
CREATE INDEX moves_a ON moves (a);
CREATE VIEW v AS SELECT * FROM moves;
