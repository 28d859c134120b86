CREATE TABLE t (a int, CONSTRAINT "Ünï ""1""" CHECK (a > 0), b int, CONSTRAINT "UNIQUE" UNIQUE (a));
