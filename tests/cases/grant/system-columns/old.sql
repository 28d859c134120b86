CREATE TABLE public.parcel (id integer);
GRANT SELECT ON public.parcel TO app_reader;
CREATE MATERIALIZED VIEW public.parcels AS SELECT parcel.id FROM public.parcel;
GRANT SELECT (ctid) ON public.parcels TO app_reader;
COMMENT ON COLUMN public.parcel.ctid IS 'where it lies';
