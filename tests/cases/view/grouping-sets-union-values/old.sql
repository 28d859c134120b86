CREATE TABLE t (a int, b int);
CREATE VIEW v (x, y) AS VALUES (1, 'a'), (2, 'b');
