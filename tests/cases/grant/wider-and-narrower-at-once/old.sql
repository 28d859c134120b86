CREATE TABLE t (id int, a int);
GRANT SELECT, INSERT ON t TO app_reader;
GRANT SELECT ON t TO app_writer;
GRANT INSERT ON t TO app_writer;
