CREATE EXTENSION btree_gist;
CREATE TABLE public.stays (a integer);
