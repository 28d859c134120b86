CREATE TABLE "a ""quoted"" table; DROP TABLE x; --" ("select" int, "with space" text, "a""b" int, "c'd" int, "ünï😀" int, E int);
CREATE TABLE "select" ("from" int, "order" int DEFAULT 5);
CREATE INDEX "group by" ON "select" ("from");
COMMENT ON TABLE "select" IS $$dollar $x$ 'and' "quotes" \ and 😀$$;
