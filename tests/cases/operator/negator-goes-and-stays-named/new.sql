CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, COMMUTATOR = ===, NEGATOR = !==);
CREATE OPERATOR <== (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = >==);
CREATE TABLE t (a int, b int, CHECK (a === b));
CREATE VIEW v AS SELECT a <== b AS less FROM t;
