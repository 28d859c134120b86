CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE t (id int PRIMARY KEY, m mood);
CREATE INDEX t_m ON t (m);
