CREATE TABLE t (id int, a text, b int) PARTITION BY RANGE (id);
CREATE TABLE t1 (b int, a text, id int);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (1) TO (10);
