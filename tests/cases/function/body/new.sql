CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $o$SELECT 'it''s two $x$ $$ \\ "q"'$o$;
CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    -- a comment with $$ and 'quotes'
    EXECUTE 'SELECT 2';
    PERFORM $x$ nested $x$;
END
$body$;
