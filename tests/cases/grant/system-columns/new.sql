CREATE TABLE public.parcel (id integer);
GRANT SELECT (tableoid, id, xmin) ON public.parcel TO app_reader;
CREATE MATERIALIZED VIEW public.parcels AS SELECT parcel.id FROM public.parcel;
GRANT SELECT (tableoid) ON public.parcels TO app_reader;
