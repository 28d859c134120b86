CREATE TABLE p (id int, a text DEFAULT 'x' NOT NULL, CHECK (id > 0));
