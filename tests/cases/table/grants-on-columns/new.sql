CREATE TABLE t (id int, secret text, shown text);
GRANT SELECT (id, shown), UPDATE (shown) ON t TO app_reader;
GRANT INSERT (id) ON t TO app_writer WITH GRANT OPTION;
