CREATE TABLE t (a int, r int4range, g int[]);
CREATE INDEX i ON t (a) WITH (fillfactor = 80);
CREATE INDEX j ON t USING gist (r) WITH (buffering = on);
CREATE INDEX k ON t USING gin (g) WITH (gin_pending_list_limit = 128);
CREATE INDEX l ON t USING brin (a) WITH (pages_per_range = 32, autosummarize = off);
CREATE INDEX m ON t (a) WITH (deduplicate_items = off);
