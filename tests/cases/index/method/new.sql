CREATE TABLE t (a int, b int4range, c tsvector, d jsonb);
CREATE INDEX i1 ON t USING hash (a);
CREATE INDEX i2 ON t USING spgist (b);
CREATE INDEX i3 ON t USING gist (c);
CREATE INDEX i4 ON t USING brin (a);
CREATE INDEX i5 ON t USING gin (d jsonb_path_ops);
