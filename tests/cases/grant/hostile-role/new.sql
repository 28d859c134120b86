CREATE TABLE t (id int);
GRANT UPDATE (id) ON t TO "Weird ""Role"" 1" WITH GRANT OPTION;
ALTER TABLE t OWNER TO "select";
