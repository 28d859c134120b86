CREATE TABLE t (a integer, b varchar(10), c numeric);
ALTER TABLE t ALTER c SET STORAGE PLAIN;
CREATE TABLE p (a integer);
CREATE TABLE child (b integer) INHERITS (p);
CREATE TABLE stored (a text);
ALTER TABLE stored ALTER a SET STORAGE PLAIN;
