CREATE TYPE r AS RANGE (subtype = int, multirange_type_name = many_r);
CREATE TABLE t (x many_r);
