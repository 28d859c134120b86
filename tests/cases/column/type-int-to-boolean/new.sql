CREATE TABLE t (id int PRIMARY KEY, a boolean DEFAULT true NOT NULL);
