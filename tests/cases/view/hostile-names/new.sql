CREATE TABLE "T" ("a ""b""" int, "select" int);
CREATE VIEW "V; --" AS SELECT "a ""b""" AS "y ""z""", "select" AS "from" FROM "T" AS "t t";
COMMENT ON COLUMN "V; --"."from" IS 'x';
