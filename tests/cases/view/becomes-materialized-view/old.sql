CREATE TABLE base (id int);
CREATE VIEW v AS SELECT id FROM base;
COMMENT ON VIEW v IS 'stays';
