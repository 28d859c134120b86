CREATE TYPE mood AS ENUM ('sad', 'glad', 'wild');
CREATE TABLE t (id int, m mood DEFAULT 'wild', CHECK (m <> 'wild'));
