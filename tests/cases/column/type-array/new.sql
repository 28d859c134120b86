CREATE TABLE t (id int PRIMARY KEY, a int[], b text[] DEFAULT '{}', c bigint[], d varchar(9)[]);
