CREATE TABLE t (a int, b int, c int, d int);
ALTER TABLE t DROP b, DROP a;
ALTER TABLE t ADD e int, ADD f int DEFAULT 1;
CREATE INDEX t_dc ON t (d, c);
ALTER TABLE t ADD CHECK (c < d AND e > 0);
