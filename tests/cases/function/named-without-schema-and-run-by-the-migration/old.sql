CREATE SCHEMA app;
CREATE TABLE app.limits (name text PRIMARY KEY, most integer NOT NULL);
CREATE TABLE app.orders (id integer PRIMARY KEY, amount integer NOT NULL);
