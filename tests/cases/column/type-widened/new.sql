CREATE TABLE t (id int PRIMARY KEY, a varchar(100), b text, c numeric(10,2), d bigint);
