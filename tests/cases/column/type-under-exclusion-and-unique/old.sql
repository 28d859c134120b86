CREATE TABLE t (id int, r int4range, CONSTRAINT u UNIQUE (id), CONSTRAINT x EXCLUDE USING gist (r WITH &&));
