CREATE TYPE mood AS ENUM ('glad', 'calm', 'sad');
CREATE TABLE people (id int, mood mood);
