CREATE TABLE pg_stuff_of_mine (id int, pg_x int);
CREATE TABLE toast_like ("oid" int, "tid" int);
