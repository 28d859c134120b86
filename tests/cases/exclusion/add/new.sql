CREATE TABLE t (r int4range, s int4range, CONSTRAINT no_two EXCLUDE USING gist (r WITH &&));
