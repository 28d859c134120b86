CREATE TYPE "P.q" AS ("A b" int, "c""d" text, "select" int, "é😀" "char");
CREATE TABLE t (x "P.q");
