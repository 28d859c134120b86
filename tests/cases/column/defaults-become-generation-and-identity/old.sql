CREATE TABLE t (a int DEFAULT 1, b int DEFAULT 2, c serial, d int GENERATED ALWAYS AS IDENTITY, e int);
