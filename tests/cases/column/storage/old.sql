CREATE TABLE t (id int, a text, b bytea, c numeric);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
