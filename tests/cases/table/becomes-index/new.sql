CREATE TABLE base (id int);
CREATE INDEX t ON base (id);
