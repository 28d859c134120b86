CREATE DOMAIN mood AS text CHECK (VALUE IN ('sad', 'glad'));
CREATE TABLE t (m mood DEFAULT 'sad');
