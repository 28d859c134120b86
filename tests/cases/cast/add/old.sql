CREATE TYPE money2 AS (amount numeric, currency text);
CREATE FUNCTION to_numeric(money2) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount';
