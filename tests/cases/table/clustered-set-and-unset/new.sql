CREATE TABLE t (id int PRIMARY KEY, b int);
CLUSTER t USING t_pkey;
