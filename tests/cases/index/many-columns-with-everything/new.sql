CREATE TABLE t (a text, b int, c timestamptz, d text);
CREATE UNIQUE INDEX "The ""Index""" ON t (lower(a) COLLATE "C" text_pattern_ops DESC NULLS LAST, b, (c AT TIME ZONE 'UTC')) INCLUDE (d) WITH (fillfactor = 50) WHERE d IS NOT NULL AND b > 0;
