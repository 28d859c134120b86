CREATE SEQUENCE my_seq AS integer;
CREATE TABLE t (id int DEFAULT nextval('my_seq') NOT NULL);
ALTER SEQUENCE my_seq OWNED BY t.id;
