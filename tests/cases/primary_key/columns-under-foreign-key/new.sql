CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (b, a), CONSTRAINT t_a UNIQUE (a));
CREATE TABLE c (a int, b int, FOREIGN KEY (b, a) REFERENCES t (b, a));
