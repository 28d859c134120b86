CREATE SEQUENCE one;
CREATE TABLE a (id bigint DEFAULT nextval('one'));
