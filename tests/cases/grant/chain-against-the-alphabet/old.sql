CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO app_writer WITH GRANT OPTION;
