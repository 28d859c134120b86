CREATE TABLE zz_start (id int);
