CREATE SCHEMA a;
CREATE COLLATION public.c (provider = libc, locale = 'C');
COMMENT ON COLLATION public.c IS 'one';
