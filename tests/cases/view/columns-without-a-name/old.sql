CREATE TABLE visit (id int PRIMARY KEY, guest varchar(20), fee numeric);
CREATE TABLE log (note text);
CREATE VIEW ledger AS SELECT id FROM visit;
