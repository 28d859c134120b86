CREATE TYPE r AS RANGE (subtype = int);
COMMENT ON TYPE r IS 'a';
