CREATE TABLE public.parcel (weight integer, fee integer GENERATED ALWAYS AS (weight * 3) STORED) PARTITION BY RANGE (weight);
CREATE TABLE public.light PARTITION OF public.parcel (fee GENERATED ALWAYS AS (weight * 5) STORED) FOR VALUES FROM (0) TO (10);
CREATE TABLE public.heavy PARTITION OF public.parcel FOR VALUES FROM (10) TO (99);
CREATE TABLE public.box (size integer, price integer GENERATED ALWAYS AS (size + 2) STORED);
CREATE TABLE public.crate () INHERITS (public.box);
CREATE TABLE public.big_crate (price integer GENERATED ALWAYS AS (size + 9) STORED) INHERITS (public.crate);
