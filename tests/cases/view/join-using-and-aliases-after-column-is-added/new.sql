CREATE TABLE a (id int, x int, note text);
CREATE TABLE b (id int, y int, note text);
CREATE VIEW v AS SELECT * FROM (SELECT id, x FROM a) a1 JOIN (SELECT id, y FROM b) b1 USING (id);
CREATE VIEW w AS SELECT a.id, b.y FROM a NATURAL JOIN (SELECT id, y FROM b) b;
