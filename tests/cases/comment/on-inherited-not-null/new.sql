CREATE TABLE parent (a int NOT NULL, b int);
ALTER TABLE parent ADD NOT NULL b NOT VALID;
CREATE TABLE child () INHERITS (parent);
COMMENT ON CONSTRAINT parent_a_not_null ON child IS 'of the parent''s';
COMMENT ON CONSTRAINT parent_b_not_null ON child IS 'valid, unlike the parent''s';
CREATE TABLE other () INHERITS (parent);
COMMENT ON CONSTRAINT parent_b_not_null ON other IS 'new';
