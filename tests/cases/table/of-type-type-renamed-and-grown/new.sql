CREATE TYPE large AS (a bigint, c boolean);
CREATE TABLE t OF large (PRIMARY KEY (a));
