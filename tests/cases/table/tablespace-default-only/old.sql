CREATE TABLE t (id int) TABLESPACE pg_default;
CREATE INDEX t_id ON t (id) TABLESPACE pg_default;
