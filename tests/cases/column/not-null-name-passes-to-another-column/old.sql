CREATE TABLE t (a integer, b integer CONSTRAINT t_nn NOT NULL, c integer CONSTRAINT only_c NOT NULL, d integer);
