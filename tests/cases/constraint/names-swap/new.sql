CREATE TABLE t (a int, b int, CONSTRAINT y CHECK (a > 0), CONSTRAINT x CHECK (b > 0));
