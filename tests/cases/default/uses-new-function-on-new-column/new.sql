CREATE FUNCTION zz_code() RETURNS text LANGUAGE sql AS $$SELECT 'c'$$;
CREATE TABLE a (id int, code text DEFAULT zz_code() NOT NULL);
