CREATE TABLE people (id int PRIMARY KEY, mail text UNIQUE);
