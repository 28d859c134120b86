CREATE TABLE p (a int, b int, c int, CONSTRAINT two UNIQUE (b, a));
CREATE UNIQUE INDEX two_c ON p (c);
CREATE TABLE c (a int, b int, c int CONSTRAINT to_c REFERENCES p (c),
                CONSTRAINT to_b_a FOREIGN KEY (b, a) REFERENCES p (b, a));
