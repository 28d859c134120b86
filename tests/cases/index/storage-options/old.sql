CREATE TABLE t (a int, r int4range, g int[]);
CREATE INDEX i ON t (a) WITH (fillfactor = 70);
CREATE INDEX j ON t USING gist (r);
CREATE INDEX k ON t USING gin (g) WITH (fastupdate = off);
CREATE INDEX l ON t USING brin (a) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX m ON t (a);
