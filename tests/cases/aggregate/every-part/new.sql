CREATE FUNCTION fin(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE a(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');
CREATE AGGREGATE b(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = fin);
CREATE AGGREGATE c(int) (SFUNC = int4larger, STYPE = int, SORTOP = >, PARALLEL = SAFE, COMBINEFUNC = int4larger);
CREATE AGGREGATE d(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '0');
CREATE AGGREGATE e(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = fin, FINALFUNC_MODIFY = SHAREABLE, SSPACE = 128);
CREATE AGGREGATE g(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize);
