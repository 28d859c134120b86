INSERT INTO becomes_unlogged VALUES (1);
INSERT INTO computes VALUES (1);
INSERT INTO gains VALUES (1);
INSERT INTO u SELECT becomes_unlogged FROM becomes_unlogged;
