CREATE SCHEMA app;
CREATE TABLE app.numbered (n integer NOT NULL, doubled integer);
CREATE TABLE app.computed (n integer, next integer GENERATED ALWAYS AS (n + 1) STORED);
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO app_reader;
