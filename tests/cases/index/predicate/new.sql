CREATE TABLE t (a int, b boolean);
CREATE INDEX i ON t (a) WHERE NOT b AND a > 5;
CREATE INDEX j ON t (a) WHERE b;
