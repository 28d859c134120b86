CREATE TABLE two (id int PRIMARY KEY, a text);
CREATE TABLE one (id int PRIMARY KEY, b text, c int);
