CREATE TABLE t (a int, b text, CONSTRAINT c CHECK (a BETWEEN 1 AND 10 AND b IN ('x', 'y')));
