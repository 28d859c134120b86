CREATE TABLE public.keep (id int PRIMARY KEY);
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'glad');
CREATE TABLE app.users (id serial PRIMARY KEY, m app.mood DEFAULT 'glad' NOT NULL, keep_id int REFERENCES public.keep);
CREATE INDEX ON app.users (m);
CREATE VIEW app.glad AS SELECT id FROM app.users WHERE m = 'glad';
COMMENT ON SCHEMA app IS 'the application';
