CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE people (id int, mood mood NOT NULL);
