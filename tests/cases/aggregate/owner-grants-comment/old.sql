CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
COMMENT ON AGGREGATE total(int) IS 'a';
