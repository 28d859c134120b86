CREATE TABLE empty_one ();
CREATE TABLE t (a int);
