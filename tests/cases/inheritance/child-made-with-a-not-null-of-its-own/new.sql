CREATE TABLE parent (a integer, b integer NOT NULL, c integer CONSTRAINT c_there NOT NULL);
CREATE TABLE child (d integer, CONSTRAINT own_a NOT NULL a, NOT NULL b) INHERITS (parent);
CREATE TABLE other (CONSTRAINT own_a NOT NULL a NO INHERIT) INHERITS (parent);
CREATE TABLE usual (NOT NULL a) INHERITS (parent);
CREATE TABLE plain () INHERITS (parent);
