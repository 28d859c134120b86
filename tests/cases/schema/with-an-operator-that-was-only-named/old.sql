CREATE FUNCTION same(boolean, boolean) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 = $2;
CREATE FUNCTION fits(boolean) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1;
CREATE SCHEMA "My app";
CREATE OPERATOR "My app".=== (FUNCTION = same, LEFTARG = boolean, RIGHTARG = boolean, NEGATOR = OPERATOR("My app".!==));
CREATE OPERATOR "My app".!!% (FUNCTION = fits, RIGHTARG = boolean, NEGATOR = OPERATOR("My app".!%));
