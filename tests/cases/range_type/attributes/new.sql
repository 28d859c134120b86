CREATE TYPE a AS RANGE (subtype = text, collation = "POSIX");
CREATE TYPE b AS RANGE (subtype = text, subtype_opclass = text_pattern_ops);
CREATE TYPE c AS RANGE (subtype = bigint);
CREATE TYPE d AS RANGE (subtype = float8, subtype_diff = float8mi);
