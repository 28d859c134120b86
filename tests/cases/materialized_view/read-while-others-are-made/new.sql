CREATE TABLE fee (id integer, amount integer);
CREATE MATERIALIZED VIEW fees AS SELECT id, amount FROM fee;
CREATE VIEW known AS SELECT id FROM fees;
CREATE FUNCTION known_fee(wanted integer) RETURNS boolean STABLE
BEGIN ATOMIC SELECT wanted IN (SELECT id FROM known); END;
CREATE FUNCTION amount_of(wanted integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE
AS $$BEGIN RETURN (SELECT amount FROM public.fees WHERE id = wanted); END$$;
CREATE FUNCTION dearest() RETURNS integer LANGUAGE sql AS $$SELECT max(amount) FROM public.fees$$;
CREATE TABLE bill (
    fee integer CHECK (known_fee(fee)), note text,
    amount integer GENERATED ALWAYS AS (amount_of(fee)) STORED, dearest integer DEFAULT dearest() NOT NULL
);
CREATE INDEX bill_amount ON bill (amount_of(fee));
