CREATE OPERATOR <@# (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int);
CREATE TYPE n AS ENUM ('a');
CREATE TYPE m AS ENUM ('a');
CREATE FUNCTION hash_too(int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
CREATE OPERATOR CLASS c_default FOR TYPE n USING btree AS OPERATOR 1 < (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum), FUNCTION 1 enum_cmp(anyenum, anyenum);
CREATE OPERATOR CLASS c_type FOR TYPE n USING btree AS OPERATOR 1 < (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum), FUNCTION 1 enum_cmp(anyenum, anyenum);
CREATE OPERATOR CLASS c_operators FOR TYPE point USING spgist AS OPERATOR 11 |>>(point, point), FUNCTION 1 spg_quad_config(internal, internal), FUNCTION 2 spg_quad_choose(internal, internal), FUNCTION 3 spg_quad_picksplit(internal, internal), FUNCTION 4 spg_quad_inner_consistent(internal, internal), FUNCTION 5 spg_quad_leaf_consistent(internal, internal);
CREATE OPERATOR CLASS c_functions FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
CREATE OPERATOR CLASS c_order FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
