CREATE TABLE "T ""x""" ("Id" serial, "it's" int);
