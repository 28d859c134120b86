CREATE TABLE "select" ("from" int);
CREATE INDEX "group by" ON "select" ("from");
COMMENT ON TABLE "select" IS $$dollar $x$ 'and' "quotes" \ and 😀$$;
