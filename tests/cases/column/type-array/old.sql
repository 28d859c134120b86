CREATE TABLE t (id int PRIMARY KEY, a int, b text DEFAULT 'x', c int[], d varchar(3)[]);
