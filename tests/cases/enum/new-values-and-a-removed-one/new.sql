CREATE TYPE e AS ENUM ('a', 'new', 'b', 'c');
CREATE TABLE t (k e DEFAULT 'a' NOT NULL);
CREATE TABLE u (ks e[] NOT NULL DEFAULT '{}');
