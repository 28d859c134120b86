CREATE TYPE n AS ENUM ('x');
CREATE OPERATOR CLASS o DEFAULT FOR TYPE n USING btree AS OPERATOR 1 < (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum), FUNCTION 1 enum_cmp(anyenum, anyenum);
