CREATE SEQUENCE one;
CREATE SEQUENCE two;
CREATE TABLE a (id bigint DEFAULT nextval('two'));
