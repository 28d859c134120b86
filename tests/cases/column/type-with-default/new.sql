CREATE TABLE t (a int DEFAULT 5, b text DEFAULT 'seven', c numeric(6,2) DEFAULT 2.50);
