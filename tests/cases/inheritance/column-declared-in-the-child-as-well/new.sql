CREATE TABLE base (a int, m int, n int NOT NULL DEFAULT 2);
CREATE TABLE child (b int, m int DEFAULT 5, n int) INHERITS (base);
