CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (id int PRIMARY KEY, note text);
CREATE TABLE b.t (id int PRIMARY KEY, note text DEFAULT 'b');
CREATE VIEW a.v AS SELECT t.id, u.note FROM a.t JOIN b.t u USING (id);
