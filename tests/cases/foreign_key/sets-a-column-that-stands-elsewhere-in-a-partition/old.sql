CREATE TABLE home (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE guest (b int, gone int, a int) PARTITION BY RANGE (a);
ALTER TABLE guest DROP COLUMN gone;
CREATE TABLE early (b int, a int);
ALTER TABLE guest ATTACH PARTITION early FOR VALUES FROM (0) TO (10);
