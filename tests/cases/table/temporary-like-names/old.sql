CREATE TABLE pg_stuff_of_mine (id int);
