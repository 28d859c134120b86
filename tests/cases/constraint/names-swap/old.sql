CREATE TABLE t (a int, b int, CONSTRAINT x CHECK (a > 0), CONSTRAINT y CHECK (b > 0));
