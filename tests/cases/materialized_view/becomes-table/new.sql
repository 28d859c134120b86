CREATE TABLE t (id int);
CREATE TABLE m (id int);
CREATE INDEX i ON m (id);
