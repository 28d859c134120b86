CREATE FUNCTION eq(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION eq2(point, point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR === (LEFTARG = point, RIGHTARG = point, FUNCTION = eq);
CREATE OPERATOR ==== (LEFTARG = point, RIGHTARG = point, FUNCTION = eq, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR ===== (LEFTARG = point, RIGHTARG = point, FUNCTION = eq);
