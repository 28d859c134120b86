CREATE FUNCTION code() RETURNS varchar LANGUAGE sql AS $$SELECT 'c'::varchar$$;
CREATE TABLE t (id int, code text DEFAULT code() NOT NULL);
