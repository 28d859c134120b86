-- A new foreign key leans on the oldest unique index over its columns, in whatever order: the one that goes has to go first.
CREATE TABLE p (a int, b int, c int CONSTRAINT one_c UNIQUE, CONSTRAINT one UNIQUE (a, b));
CREATE TABLE c (a int, b int, c int, CONSTRAINT to_a_b FOREIGN KEY (a, b) REFERENCES p (a, b));
