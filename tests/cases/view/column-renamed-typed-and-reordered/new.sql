CREATE TABLE t (id int, a text);
CREATE VIEW v AS SELECT a AS title, id::bigint AS id FROM t;
CREATE VIEW w AS SELECT id FROM v;
CREATE VIEW x AS SELECT v.* FROM v JOIN w USING (id);
