CREATE TABLE a (id int);
CREATE TABLE b (id int, x text DEFAULT 'q' CHECK (x <> ''));
CREATE TABLE c (own int) INHERITS (a, b);
CREATE INDEX ON c (x);
CREATE VIEW v AS SELECT x FROM c;
COMMENT ON COLUMN c.x IS 'cx';
