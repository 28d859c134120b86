CREATE TYPE ty AS (a bigint, d text);
CREATE TABLE t (a int, c text);
CREATE TABLE u OF ty;
