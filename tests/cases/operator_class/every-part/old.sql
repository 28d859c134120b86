CREATE OPERATOR CLASS a FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
CREATE OPERATOR CLASS b FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
CREATE TYPE color AS ENUM ('r', 'g');
CREATE OPERATOR CLASS c FOR TYPE point USING spgist AS OPERATOR 11 |>>(point, point), OPERATOR 1 <<(point, point), FUNCTION 1 spg_quad_config(internal, internal), FUNCTION 2 spg_quad_choose(internal, internal), FUNCTION 3 spg_quad_picksplit(internal, internal), FUNCTION 4 spg_quad_inner_consistent(internal, internal), FUNCTION 5 spg_quad_leaf_consistent(internal, internal);
