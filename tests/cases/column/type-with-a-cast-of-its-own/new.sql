CREATE TYPE mood AS ENUM ('calm', 'wild');
CREATE TABLE diary (entry text, week text[]);
