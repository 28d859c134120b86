CREATE TABLE log (id int NOT NULL, day date NOT NULL);
CREATE INDEX log_day ON log (day);
COMMENT ON TABLE log IS 'what happened';
CREATE VIEW recent AS SELECT id FROM log WHERE day > '2025-06-01';
