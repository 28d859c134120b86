CREATE TABLE t (a int, CHECK (a <> 1), CHECK (a <> 2), CHECK (a <> 3));
