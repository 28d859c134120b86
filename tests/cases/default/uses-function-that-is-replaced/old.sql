CREATE FUNCTION code() RETURNS text LANGUAGE sql AS $$SELECT 'c'::text$$;
CREATE TABLE t (id int, code text DEFAULT code() NOT NULL);
