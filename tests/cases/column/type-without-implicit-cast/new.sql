CREATE TABLE t (id int PRIMARY KEY, a int, b boolean, c date, d uuid, e jsonb);
