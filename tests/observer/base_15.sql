-- What PostgreSQL knows since 15: publications of columns, rows and schemas.
SET search_path = app, public;
CREATE PUBLICATION pub FOR TABLE users (id, name, email, score), orders WHERE (id > 5) WITH (publish = 'insert, update');
CREATE PUBLICATION pub_schema FOR TABLES IN SCHEMA app;
