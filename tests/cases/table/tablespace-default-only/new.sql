CREATE TABLE t (id int, b int) TABLESPACE pg_default;
CREATE INDEX t_id ON t (id) TABLESPACE pg_default;
