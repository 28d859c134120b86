CREATE SCHEMA a;
CREATE TYPE public.mood AS ENUM ('sad');
CREATE TABLE t (m public.mood DEFAULT 'sad');
