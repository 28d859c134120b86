CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lower($1) = lower($2)';
CREATE OPERATOR =~= (LEFTARG = text, RIGHTARG = text, FUNCTION = same, COMMUTATOR = =~=);
COMMENT ON OPERATOR =~= (text, text) IS 'alike';
CREATE TABLE t (a text);
