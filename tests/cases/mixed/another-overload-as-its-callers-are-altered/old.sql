-- What calls the function reads the same, means another one, and changes in something else.
CREATE FUNCTION short(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower($1);
CREATE TABLE t (a text);
CREATE INDEX i ON t (short(a));
CREATE POLICY p ON t USING (short(a) = 'x');
CREATE MATERIALIZED VIEW m AS SELECT short(a) AS b FROM t;
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql RETURN short(a);
CREATE PROCEDURE q(a text) LANGUAGE sql BEGIN ATOMIC SELECT short(a); END;
CREATE VIEW v AS SELECT short(a) AS b FROM t;
