CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE TABLE place (at earth);
