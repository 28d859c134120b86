CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (a integer, m mood, x mood GENERATED ALWAYS AS (CASE WHEN a > 1 THEN 'a'::mood ELSE 'b'::mood END) STORED);
CREATE INDEX i ON t (x);
