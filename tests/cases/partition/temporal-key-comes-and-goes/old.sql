CREATE EXTENSION btree_gist;
CREATE TABLE public.booked (room integer, span daterange) PARTITION BY LIST (room);
CREATE TABLE public.first_room PARTITION OF public.booked FOR VALUES IN (1);
CREATE TABLE public.let (room integer NOT NULL, span daterange NOT NULL, CONSTRAINT once PRIMARY KEY (room, span WITHOUT OVERLAPS)) PARTITION BY LIST (room);
CREATE TABLE public.let_first PARTITION OF public.let FOR VALUES IN (1);
