CREATE TABLE base (id int);
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE x (id int);
CREATE TYPE a.x AS (id int);
CREATE INDEX y ON base (id);
