CREATE TYPE pair AS (b text, a int);
CREATE TYPE other AS (a int, c text);
CREATE TABLE t OF pair (a PRIMARY KEY, b WITH OPTIONS DEFAULT 'x');
CREATE TABLE moves OF other;
CREATE INDEX moves_a ON moves (a);
CREATE VIEW v AS SELECT a FROM moves;
