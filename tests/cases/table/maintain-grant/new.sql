CREATE TABLE t (id int);
GRANT MAINTAIN ON t TO app_writer;
