CREATE TABLE "Users" (id int, "Id" int, "iD" int);
CREATE TABLE "USERS" (id int);
