CREATE SCHEMA "Sales ""EU"" / ünï";
CREATE TABLE "Sales ""EU"" / ünï"."Order" ("Id" int PRIMARY KEY);
CREATE TABLE t (id int);
