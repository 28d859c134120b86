CREATE TABLE t (id int, d json DEFAULT '{}' NOT NULL);
