CREATE TABLE "A b" (a int, note text);
CREATE TABLE below (own int) INHERITS ("A b");
CREATE TABLE log (id int, was "A b", under below);
CREATE TABLE one (v int);
CREATE TABLE ones (was one NOT NULL);
