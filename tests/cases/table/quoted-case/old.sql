CREATE TABLE "Users" (id int, "Id" int, "ID" int);
CREATE TABLE users (id int);
