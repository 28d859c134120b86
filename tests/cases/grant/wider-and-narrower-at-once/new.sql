CREATE TABLE t (id int, a int);
GRANT SELECT, UPDATE ON t TO app_reader;
GRANT SELECT (a) ON t TO app_writer;
GRANT INSERT ON t TO app_writer WITH GRANT OPTION;
