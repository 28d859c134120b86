CREATE TABLE "Äpfel" ("größe" int, "GRÖSSE" int);
CREATE TABLE "äpfel" ("größe" int, "e" int);
CREATE VIEW "日本" AS SELECT "größe" AS "長さ" FROM "Äpfel";
