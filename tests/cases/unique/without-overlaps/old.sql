CREATE TABLE t (r int4range, s daterange, CONSTRAINT t_u UNIQUE (r, s));
