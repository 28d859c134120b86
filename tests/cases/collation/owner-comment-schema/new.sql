CREATE SCHEMA a;
CREATE COLLATION a.c (provider = libc, locale = 'C');
COMMENT ON COLLATION a.c IS 'two';
ALTER COLLATION a.c OWNER TO app_owner;
