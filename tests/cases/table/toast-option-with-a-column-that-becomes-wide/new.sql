CREATE TABLE t (a integer, b varchar(90000), c numeric);
ALTER TABLE t ALTER c SET STORAGE PLAIN;
ALTER TABLE t SET (toast.autovacuum_enabled = false, fillfactor = 70);
CREATE TABLE p (a integer, w text);
CREATE TABLE child (b integer) INHERITS (p);
ALTER TABLE child SET (toast.vacuum_truncate = false);
CREATE TABLE stored (a text);
ALTER TABLE stored SET (toast.autovacuum_freeze_min_age = 5);
