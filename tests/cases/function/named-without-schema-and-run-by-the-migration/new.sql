CREATE SCHEMA app;
SET search_path = app, public;
CREATE TABLE limits (name text PRIMARY KEY, most integer NOT NULL);
CREATE FUNCTION fits(amount integer) RETURNS boolean LANGUAGE plpgsql STABLE
    AS $$BEGIN RETURN amount <= (SELECT max(most) FROM limits); END$$;
CREATE FUNCTION label(amount integer) RETURNS text LANGUAGE plpgsql
    AS $$BEGIN RETURN (SELECT name FROM limits WHERE most >= amount ORDER BY most LIMIT 1); END$$;
CREATE TABLE orders (
    id integer PRIMARY KEY,
    amount integer NOT NULL CHECK (fits(amount)),
    label text DEFAULT label(1)
);
