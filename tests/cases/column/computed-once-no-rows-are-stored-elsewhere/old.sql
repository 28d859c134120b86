CREATE TABLE line (price int);
CREATE TABLE receipt (id int, first_line line);
