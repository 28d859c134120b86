CREATE TABLE visit (id int PRIMARY KEY, guest varchar(20), fee numeric);
CREATE TABLE log (note text);
-- PostgreSQL prints the name of none of these, and would call each after its type once it reads what it printed
CREATE VIEW ledger AS
    SELECT id FROM visit WHERE EXISTS (SELECT 'x' FROM log) AND guest IN (SELECT 'y' UNION SELECT note FROM log);
CREATE VIEW kinds AS
    SELECT * FROM (SELECT 1.5 AS fee, 'high' AS kind UNION ALL SELECT id + 1, 'low' FROM visit UNION ALL SELECT -1, 'none') k;
CREATE MATERIALIZED VIEW cheapest AS
    WITH c AS (SELECT fee FROM visit UNION SELECT -1) SELECT min(fee) AS fee, (SELECT 'z' COLLATE "C") AS mark FROM c;
CREATE FUNCTION greeting() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'hello'; END;
CREATE RULE noted AS ON DELETE TO visit DO ALSO INSERT INTO log SELECT 'gone' WHERE EXISTS (SELECT -1);
ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY known ON visit USING (EXISTS (SELECT DISTINCT 'x' FROM log));
