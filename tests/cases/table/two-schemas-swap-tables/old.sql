CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.users (id int PRIMARY KEY, mail text);
CREATE TABLE b.orders (id int PRIMARY KEY, user_id int REFERENCES a.users);
CREATE VIEW a.report AS SELECT o.id, u.mail FROM b.orders o JOIN a.users u ON u.id = o.user_id;
