CREATE SCHEMA s;
CREATE TABLE t (a integer, b integer);
CREATE TABLE s.t (a integer, b integer);
CREATE STATISTICS x ON a, b FROM s.t;
