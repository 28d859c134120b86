CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE b.t (id serial PRIMARY KEY, note text);
CREATE INDEX t_note ON b.t (note);
COMMENT ON COLUMN b.t.note IS 'free text';
