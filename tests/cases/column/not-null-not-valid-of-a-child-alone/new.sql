CREATE TABLE signals (strength integer);
CREATE TABLE echoes () INHERITS (signals);
ALTER TABLE signals ADD CONSTRAINT heard NOT NULL strength NOT VALID;
ALTER TABLE signals ALTER CONSTRAINT heard NO INHERIT;
