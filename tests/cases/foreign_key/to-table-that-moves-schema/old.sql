CREATE SCHEMA s;
CREATE TABLE public.p (id int PRIMARY KEY);
CREATE TABLE c (p_id int REFERENCES public.p);
