CREATE TABLE p (a int, b text);
CREATE TABLE t (id int, r p, rs p[]);
