CREATE TYPE e AS ENUM ('a', 'gone', 'b');
CREATE TABLE t (k e DEFAULT 'a' NOT NULL);
CREATE TABLE u (ks e[] NOT NULL DEFAULT '{}');
