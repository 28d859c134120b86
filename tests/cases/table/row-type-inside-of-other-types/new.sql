CREATE TABLE t (id bigint, a text);
CREATE TABLE child () INHERITS (t);
CREATE TYPE pair AS (n int, rows t[]);
CREATE DOMAIN checked AS t CHECK ((VALUE).id > 0);
CREATE TABLE u (k int, p pair, c checked, o child[]);
CREATE TABLE outer_one (w u, d t);
