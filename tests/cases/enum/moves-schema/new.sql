CREATE SCHEMA a;
CREATE TYPE a.mood AS ENUM ('sad');
CREATE TABLE t (m a.mood DEFAULT 'sad');
