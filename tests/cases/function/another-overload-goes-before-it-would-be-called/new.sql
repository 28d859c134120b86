CREATE FUNCTION larger(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT greatest($1, $2)';
CREATE FUNCTION same(anyelement, anyelement) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR =~= (FUNCTION = same, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE TABLE weights (
    at integer,
    grams bigint DEFAULT larger(1::bigint, 2::bigint),
    CHECK (larger(grams, 5::bigint) > 4),
    CHECK (NOT (at =~= 3))
);
CREATE INDEX ON weights (larger(grams, 7::bigint));
CREATE AGGREGATE largest(bigint) (SFUNC = larger, STYPE = bigint);
CREATE VIEW heaviest AS SELECT larger(grams, 3::bigint) AS grams FROM weights WHERE at =~= 2;
