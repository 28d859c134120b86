CREATE TABLE public.sized (size integer NOT NULL, depth integer NOT NULL);
CREATE TABLE public.weighed (size integer, depth integer);
CREATE TABLE public.parcel () INHERITS (public.sized, public.weighed);
