CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int PRIMARY KEY, m text CHECK (m IN ('sad', 'ok')) DEFAULT 'ok');
