CREATE DOMAIN d AS varchar CHECK (VALUE IN ('x', 'y'));
CREATE TABLE t (
    s varchar(20) DEFAULT 'a' CHECK (s IN ('a', 'it''s', 'b')) CHECK (s NOT IN ('c"', '(')),
    n numeric CHECK (n = ANY (ARRAY[1, 2])),
    b boolean,
    a int CHECK (a BETWEEN 1 AND 10 AND (b OR a NOT BETWEEN 3 AND 4) AND (a, n) = (1, 2)),
    g boolean GENERATED ALWAYS AS (s IN ('a', 'b')) STORED
);
CREATE INDEX i ON t (a) WHERE s IN ('a', 'b') AND a BETWEEN 1 AND 2 AND b;
CREATE VIEW v AS SELECT * FROM t WHERE s IN ('a', 'b') AND a BETWEEN 1 AND 2 AND b
    OR s = ANY (ARRAY['q'::varchar(5), 'w'::varchar(5)]) OR a NOT BETWEEN 1 AND 2 OR b;
CREATE POLICY p ON t USING (s NOT IN ('a', 'b') OR (a BETWEEN 1 AND 2 AND b));
CREATE FUNCTION f(x varchar) RETURNS boolean BEGIN ATOMIC SELECT x IN ('a', 'b') AND x BETWEEN 'c' AND 'd' AND $1 <> 'e'; END;
