CREATE TABLE owner (id int);
CREATE TABLE ticket_other (note text, id int) INHERITS (owner);
CREATE TABLE ticket (id bigint);
