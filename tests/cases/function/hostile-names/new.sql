CREATE TYPE "T x" AS ENUM ('a');
CREATE FUNCTION "F ""1""; x"("A b" "T x", "select" int DEFAULT 1, OUT "Out" text) LANGUAGE sql AS $$SELECT 'x'$$;
COMMENT ON FUNCTION "F ""1""; x"("T x", int) IS 'it''s';
CREATE FUNCTION "user"() RETURNS int LANGUAGE sql AS 'SELECT 2';
