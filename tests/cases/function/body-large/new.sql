CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$
DECLARE n int := 0;
BEGIN
  FOR i IN 1..10 LOOP
    n := n + i;
    IF n > 20 THEN
      RAISE NOTICE '% of %', n, i;
      EXIT;
    END IF;
  END LOOP;
  RETURN n;
EXCEPTION WHEN OTHERS THEN
  RETURN -1;
END
$f$;
