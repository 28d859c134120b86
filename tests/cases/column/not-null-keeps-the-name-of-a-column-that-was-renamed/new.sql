CREATE TABLE data (event_id uuid NOT NULL CONSTRAINT data_pkey PRIMARY KEY, event_type integer NOT NULL, a integer, b integer CONSTRAINT data_a_not_null NOT NULL);
ALTER TABLE data RENAME event_id TO data_id;
ALTER TABLE data RENAME event_type TO type;
