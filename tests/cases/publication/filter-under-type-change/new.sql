CREATE TABLE t (id bigint PRIMARY KEY, a text);
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 5) WITH (publish = 'insert');
