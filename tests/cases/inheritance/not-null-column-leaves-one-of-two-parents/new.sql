CREATE TABLE public.sized ();
CREATE TABLE public.weighed (size integer, depth integer);
CREATE TABLE public.parcel (depth integer NOT NULL) INHERITS (public.sized, public.weighed);
