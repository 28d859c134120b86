CREATE TABLE guest (id int, country varchar(2), tier char(1));
