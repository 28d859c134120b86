CREATE TABLE readings (at int PRIMARY KEY, sensor int) PARTITION BY RANGE (at);
CREATE INDEX readings_sensor ON readings (sensor);
