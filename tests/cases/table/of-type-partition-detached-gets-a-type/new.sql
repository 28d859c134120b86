CREATE TYPE ty AS (a int, b int);
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p OF ty;
CREATE TABLE q (a int, b int);
CREATE TABLE r OF ty;
