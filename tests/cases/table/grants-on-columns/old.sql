CREATE TABLE t (id int, secret text, shown text);
GRANT SELECT (id, secret) ON t TO app_reader;
