CREATE TABLE "two
lines" ("a
b" int, CONSTRAINT "c
d" CHECK ("a
b" > 0));
COMMENT ON TABLE "two
lines" IS 'x
y';
CREATE TABLE t (id int);
