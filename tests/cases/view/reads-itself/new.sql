CREATE TABLE town (id integer, name text);
CREATE VIEW seen AS SELECT id, name FROM town;
CREATE OR REPLACE VIEW seen WITH (security_barrier = true) AS
    SELECT id, name FROM town t WHERE NOT EXISTS (SELECT FROM seen s WHERE s.name = t.name);
CREATE VIEW mirror AS SELECT id FROM town;
CREATE OR REPLACE VIEW mirror AS SELECT id FROM mirror;
COMMENT ON VIEW mirror IS 'whoever looks into it gets an error';
CREATE VIEW beyond AS SELECT id FROM mirror;
