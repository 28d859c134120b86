CREATE TABLE "user" ("left" int, value int, "timestamp" timestamp, "user" text, "column" int CHECK ("column" > 0));
CREATE INDEX "index" ON "user" ("left", value);
CREATE VIEW "view" AS SELECT "user"."left", "user".value, "user"."timestamp" FROM "user";
