-- Which of two keys alike a foreign key leans on is the older one's luck: it goes before either, and comes after both.
CREATE TABLE p (a int NOT NULL, b int NOT NULL);
CREATE TABLE q (a int, b int);
