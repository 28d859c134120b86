CREATE TABLE above (name text);
CREATE TABLE below (extra integer) INHERITS (above);
