CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE b.users (id int PRIMARY KEY, mail text);
CREATE TABLE a.orders (id int PRIMARY KEY, user_id int REFERENCES b.users);
CREATE VIEW a.report AS SELECT o.id, u.mail FROM a.orders o JOIN b.users u ON u.id = o.user_id;
