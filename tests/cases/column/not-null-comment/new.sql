CREATE TABLE t (id int, a int CONSTRAINT a_nn NOT NULL);
COMMENT ON CONSTRAINT a_nn ON t IS 'never empty';
