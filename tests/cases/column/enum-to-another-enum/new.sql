CREATE TYPE e1 AS ENUM ('a', 'b');
CREATE TYPE e2 AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int PRIMARY KEY, m e2 DEFAULT 'a', ms e2[] DEFAULT '{a}');
