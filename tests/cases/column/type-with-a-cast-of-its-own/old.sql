-- An explicit cast that somebody made stands instead of the one that PostgreSQL assigns with.
CREATE TYPE mood AS ENUM ('calm', 'wild');
CREATE CAST (mood AS text) WITH INOUT;
CREATE TABLE diary (entry mood, week mood[]);
