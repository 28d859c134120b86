CREATE TABLE t (a int, b int4range, c tsvector, d jsonb);
CREATE INDEX i1 ON t USING btree (a);
CREATE INDEX i2 ON t USING gist (b);
CREATE INDEX i3 ON t USING gin (c);
CREATE INDEX i4 ON t USING btree (a);
CREATE INDEX i5 ON t USING gin (d);
