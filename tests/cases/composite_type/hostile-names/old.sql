CREATE TYPE "P.q" AS ("A b" int, "c""d" text);
CREATE TABLE t (x "P.q");
