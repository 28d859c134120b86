CREATE TYPE small AS (a int, b text);
CREATE TABLE t OF small (PRIMARY KEY (a));
