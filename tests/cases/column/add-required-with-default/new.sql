CREATE TABLE t (id int PRIMARY KEY, note text DEFAULT 'none' NOT NULL, at timestamptz DEFAULT now() NOT NULL);
