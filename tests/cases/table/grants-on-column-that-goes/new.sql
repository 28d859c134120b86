CREATE TABLE t (id int, shown text);
GRANT SELECT (id, shown) ON t TO app_reader;
