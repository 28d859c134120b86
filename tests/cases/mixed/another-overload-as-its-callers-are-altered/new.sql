CREATE FUNCTION short(words text, most int DEFAULT 9) RETURNS text LANGUAGE sql IMMUTABLE RETURN left(words, most);
CREATE TABLE t (a text);
CREATE INDEX i ON t (short(a)) WITH (fillfactor = 50);
CREATE POLICY p ON t TO CURRENT_USER USING (short(a) = 'x');
CREATE MATERIALIZED VIEW m WITH (fillfactor = 50) AS SELECT short(a) AS b FROM t;
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql STABLE RETURN short(a);
CREATE PROCEDURE q(a text) LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT short(a); END;
CREATE VIEW v WITH (security_barrier) AS SELECT short(a) AS b FROM t;
