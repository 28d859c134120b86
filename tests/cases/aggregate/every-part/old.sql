CREATE FUNCTION fin(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE AGGREGATE b(int) (SFUNC = int4pl, STYPE = int);
CREATE AGGREGATE c(int) (SFUNC = int4larger, STYPE = int);
CREATE AGGREGATE d(int) (SFUNC = int4pl, STYPE = int);
CREATE AGGREGATE e(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = fin, FINALFUNC_MODIFY = READ_ONLY, SSPACE = 64);
CREATE AGGREGATE g(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg);
