CREATE TABLE t (id int PRIMARY KEY, a text, gone int);
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 5) WITH (publish = 'insert');
