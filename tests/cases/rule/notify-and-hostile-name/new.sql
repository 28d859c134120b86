CREATE TABLE t (id int);
CREATE RULE "R ""1"" x;" AS ON INSERT TO t DO ALSO NOTIFY "chan nel", 'it''s';
