CREATE EXTENSION hstore VERSION '1.8';
CREATE TABLE t (h hstore, CHECK (h ? 'a'));
COMMENT ON EXTENSION hstore IS 'pairs';
