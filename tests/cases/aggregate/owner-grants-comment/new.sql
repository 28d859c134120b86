CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
COMMENT ON AGGREGATE total(int) IS 'b';
ALTER AGGREGATE total(int) OWNER TO app_owner;
REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION total(int) TO app_reader;
