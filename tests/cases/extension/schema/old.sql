CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA public;
CREATE TABLE t (id int, h public.hstore);
