CREATE TABLE a (n integer, d integer);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b);
