CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (id serial PRIMARY KEY, note text);
CREATE INDEX t_note ON a.t (note);
COMMENT ON COLUMN a.t.note IS 'free text';
