CREATE TABLE t (id int, b int, CONSTRAINT t_pkey PRIMARY KEY (id, b));
ALTER TABLE t CLUSTER ON t_pkey;
COMMENT ON CONSTRAINT t_pkey ON t IS 'kept';
