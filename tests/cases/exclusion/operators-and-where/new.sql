CREATE TABLE t (r int4range, s int4range, live boolean, CONSTRAINT x EXCLUDE USING gist (r WITH =, s WITH &&) WHERE (live));
