CREATE TABLE public.sized (size integer NOT NULL);
CREATE TABLE public.weighed (weight integer, size integer);
CREATE TABLE public.parcel () INHERITS (public.sized, public.weighed);
CREATE TABLE public.dated ();
CREATE TABLE public.visit (day date, hour integer NOT NULL) INHERITS (public.dated);
