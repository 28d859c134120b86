CREATE TABLE t (id int, a int CONSTRAINT a_is_there NOT NULL, b int CONSTRAINT b2 NOT NULL);
