CREATE EXTENSION btree_gist;
CREATE TABLE t (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));
