CREATE TABLE "Äpfel" ("größe" int, "GRÖSSE" int, "ｆｕｌｌ" int);
CREATE TABLE "äpfel" ("größe" int, "é" int);
CREATE VIEW "日本" AS SELECT "größe" AS "大さ" FROM "Äpfel";
