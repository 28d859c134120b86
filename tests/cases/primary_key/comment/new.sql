CREATE TABLE t (id int PRIMARY KEY);
COMMENT ON CONSTRAINT t_pkey ON t IS 'b';
COMMENT ON INDEX t_pkey IS 'its index has one of its own';
