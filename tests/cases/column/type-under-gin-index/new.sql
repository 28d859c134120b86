CREATE TABLE t (id int, d jsonb DEFAULT '{}' NOT NULL);
CREATE INDEX i ON t USING gin (d);
