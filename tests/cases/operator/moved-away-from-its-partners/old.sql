CREATE SCHEMA app;
CREATE FUNCTION less(point, box) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1[0] < ($2[0])[0];
CREATE FUNCTION more(box, point) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $2[0] < ($1[0])[0];
CREATE FUNCTION not_less(point, box) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN NOT $1[0] < ($2[0])[0];
CREATE OPERATOR public.<% (FUNCTION = less, LEFTARG = point, RIGHTARG = box, COMMUTATOR = >%, NEGATOR = !<%);
CREATE OPERATOR public.>% (FUNCTION = more, LEFTARG = box, RIGHTARG = point, COMMUTATOR = <%);
CREATE OPERATOR public.!<% (FUNCTION = not_less, LEFTARG = point, RIGHTARG = box, NEGATOR = <%);
