CREATE TABLE "A b" (a int, note text, twice int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE below (own int) INHERITS ("A b");
CREATE TABLE log (id int, was "A b", under below);
CREATE TABLE one (v int, id bigint GENERATED ALWAYS AS IDENTITY);
CREATE TABLE ones (was one NOT NULL);
