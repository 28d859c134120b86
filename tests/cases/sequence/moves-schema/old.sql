CREATE SCHEMA a;
CREATE SEQUENCE public.s;
CREATE TABLE t (id int DEFAULT nextval('public.s'));
