CREATE TABLE t (r int4range, s int4range, CONSTRAINT t_pk PRIMARY KEY (r, s WITHOUT OVERLAPS));
