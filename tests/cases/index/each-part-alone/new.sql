CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE UNIQUE INDEX i_unique ON t (a);
CREATE INDEX i_table ON u (a);
