CREATE TYPE a AS RANGE (subtype = text, collation = "C");
CREATE TYPE b AS RANGE (subtype = text, subtype_opclass = text_ops);
CREATE TYPE c AS RANGE (subtype = int);
CREATE TYPE d AS RANGE (subtype = float8);
