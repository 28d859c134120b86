CREATE TABLE "T ""x""" ("Id" bigserial, "it's" serial);
