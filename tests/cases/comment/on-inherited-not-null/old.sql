CREATE TABLE parent (a int NOT NULL, b int);
CREATE TABLE child () INHERITS (parent);
