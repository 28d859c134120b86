CREATE TABLE readings (at int PRIMARY KEY, sensor int) PARTITION BY RANGE (at);
CREATE INDEX readings_sensor ON readings (sensor);
CREATE TABLE readings_late PARTITION OF readings FOR VALUES FROM (1000) TO (2000) PARTITION BY RANGE (at);
CREATE TABLE readings_late_1 PARTITION OF readings_late FOR VALUES FROM (1000) TO (1200) PARTITION BY RANGE (at);
CREATE TABLE readings_late_1a PARTITION OF readings_late_1 FOR VALUES FROM (1000) TO (1100);
