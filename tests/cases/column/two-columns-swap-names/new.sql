CREATE TABLE t (id int, b int DEFAULT 1, a text DEFAULT 'x');
CREATE INDEX i ON t (a);
