CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'not now'; END$$;
CREATE TABLE gone (x int);
CREATE TABLE kept (x int, y text);
-- One that is turned off, one that is not there yet on the other side: neither may see what the migration does.
CREATE EVENT TRIGGER frozen ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION no();
