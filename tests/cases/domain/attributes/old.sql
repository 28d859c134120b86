CREATE DOMAIN a AS int;
CREATE DOMAIN b AS text DEFAULT 'x';
CREATE DOMAIN c AS text;
CREATE DOMAIN d AS text;
CREATE DOMAIN e AS text CONSTRAINT short CHECK (length(VALUE) < 5);
CREATE TABLE t (a a, b b, c c, d d, e e);
