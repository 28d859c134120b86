CREATE TABLE t (id int PRIMARY KEY, b int, c int);
CREATE INDEX t_b ON t (b, c);
ALTER TABLE t CLUSTER ON t_b;
