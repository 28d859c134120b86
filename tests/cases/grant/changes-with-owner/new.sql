CREATE TABLE t (id int);
ALTER TABLE t OWNER TO app_writer;
GRANT SELECT ON t TO app_reader;
GRANT ALL ON t TO app_owner;
