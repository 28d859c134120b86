CREATE TABLE t (id int, a int DEFAULT 1, b text DEFAULT 'x');
CREATE INDEX i ON t (a);
