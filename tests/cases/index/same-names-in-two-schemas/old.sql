CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (x int, y int);
CREATE TABLE b.t (x int, y int);
CREATE INDEX i ON a.t (x);
CREATE INDEX i ON b.t (x);
CREATE INDEX k ON a.t (x, y);
