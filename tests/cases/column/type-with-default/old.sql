CREATE TABLE t (a text DEFAULT '5', b int DEFAULT 7, c varchar DEFAULT '1');
