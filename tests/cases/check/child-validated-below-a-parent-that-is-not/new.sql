CREATE TABLE papers (pages integer);
CREATE TABLE reviews () INHERITS (papers);
CREATE TABLE letters () INHERITS (papers);
CREATE TABLE essays () INHERITS (papers);
ALTER TABLE reviews ADD CONSTRAINT some_pages CHECK (pages > 0);
ALTER TABLE essays ADD CONSTRAINT some_pages CHECK (pages > 0);
ALTER TABLE papers ADD CONSTRAINT some_pages CHECK (pages > 0) NOT VALID;
