-- A type waits under its name for the columns that leave it; CREATE SEQUENCE minds it as a table's row type would.
CREATE TYPE a AS ENUM ('x', 'y');
CREATE TYPE b AS (x int);
CREATE DOMAIN c AS text;
CREATE TABLE t (one a DEFAULT 'x', two b, three c, n int NOT NULL);
