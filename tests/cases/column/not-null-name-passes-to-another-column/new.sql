CREATE TABLE t (a integer CONSTRAINT t_nn NOT NULL, b integer, c integer, d integer CONSTRAINT only_c NOT NULL);
