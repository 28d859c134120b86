CREATE TABLE t (id bigint, r int8range, CONSTRAINT u UNIQUE (id), CONSTRAINT x EXCLUDE USING gist (r WITH &&));
