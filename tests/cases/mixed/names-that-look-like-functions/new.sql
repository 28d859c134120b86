CREATE TABLE "user" ("left" int, value int, "timestamp" timestamp, "user" text, "end" int, "array" int[], "column" int CHECK ("column" > 0));
CREATE INDEX "index" ON "user" ("left", value, "end");
CREATE VIEW "view" AS SELECT "user"."left", "user".value, "user"."timestamp" FROM "user";
