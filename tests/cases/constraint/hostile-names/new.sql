CREATE TABLE t (a int, CONSTRAINT "a 'b' %s $1 😀" CHECK (a > 0), b int, CONSTRAINT "UNIQUE" UNIQUE (a) INCLUDE (b));
