CREATE TABLE signals (strength integer);
