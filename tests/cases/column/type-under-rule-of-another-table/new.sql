CREATE TABLE t (id int);
CREATE TABLE log (id bigint, at timestamptz DEFAULT now());
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log (id) VALUES (NEW.id);
