CREATE EXTENSION btree_gist;
CREATE TABLE public.stays (a integer);
CREATE TABLE public.booked (
    room integer, span daterange,
    CONSTRAINT never_twice PRIMARY KEY (room, span WITHOUT OVERLAPS),
    CONSTRAINT nor_this UNIQUE (room, span WITHOUT OVERLAPS)
) PARTITION BY LIST (room);
CREATE TABLE public.first_room PARTITION OF public.booked FOR VALUES IN (1);
CREATE TABLE public.others PARTITION OF public.booked DEFAULT PARTITION BY LIST (room);
CREATE TABLE public.second_room PARTITION OF public.others FOR VALUES IN (2);
ALTER TABLE public.second_room RENAME CONSTRAINT second_room_pkey TO mine;
