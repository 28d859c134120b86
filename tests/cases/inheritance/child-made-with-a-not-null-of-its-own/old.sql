CREATE TABLE parent (a integer, b integer NOT NULL, c integer CONSTRAINT c_there NOT NULL);
