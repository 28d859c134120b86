CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$
DECLARE n int := 0;
BEGIN
  n := n + 1;
  n := n + 2;
  n := n + 3;
  RETURN n;
EXCEPTION WHEN OTHERS THEN
  RETURN -1;
END
$f$;
