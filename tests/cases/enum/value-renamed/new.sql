CREATE TYPE mood AS ENUM ('sad', 'okay', 'glad');
CREATE TABLE t (id int, m mood);
