CREATE TABLE t (id int, a int CONSTRAINT a_nn NOT NULL);
