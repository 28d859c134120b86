CREATE TYPE money2 AS (amount numeric, currency text);
CREATE FUNCTION to_numeric(money2) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount';
CREATE CAST (money2 AS numeric) WITH FUNCTION to_numeric(money2);
COMMENT ON CAST (money2 AS numeric) IS 'drops the currency';
