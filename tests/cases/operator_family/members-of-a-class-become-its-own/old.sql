CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS numbers FOR TYPE integer USING btree FAMILY numbers AS
    OPERATOR 1 <, OPERATOR 3 =, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
