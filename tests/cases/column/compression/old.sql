CREATE TABLE t (id int, a text, b text COMPRESSION pglz);
ALTER TABLE t ALTER a SET COMPRESSION pglz;
