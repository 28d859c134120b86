CREATE OPERATOR FAMILY numbers USING btree;
ALTER OPERATOR FAMILY numbers USING btree ADD
    OPERATOR 1 < (integer, integer), OPERATOR 3 = (integer, integer), FUNCTION 1 btint4cmp(integer, integer);
