CREATE TABLE t (id int, m text DEFAULT 'sad' NOT NULL);
