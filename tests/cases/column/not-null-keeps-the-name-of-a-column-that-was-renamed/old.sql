CREATE TABLE data (event_id uuid NOT NULL CONSTRAINT data_pkey PRIMARY KEY, event_type integer NOT NULL, a integer NOT NULL, b integer);
