CREATE TABLE visits (day integer NOT NULL) PARTITION BY LIST (day);
CREATE TABLE visits_monday PARTITION OF visits FOR VALUES IN (1);
