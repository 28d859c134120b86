CREATE TABLE t (id int, secret text, shown text);
GRANT SELECT, INSERT ON t TO app_reader;
GRANT ALL ON t TO PUBLIC;
