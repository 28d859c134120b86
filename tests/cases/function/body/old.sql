CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $o$SELECT 'it''s one'$o$;
CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    -- a comment with $$ and 'quotes'
    EXECUTE 'SELECT 1';
    PERFORM $x$ nested $x$;
END
$body$;
