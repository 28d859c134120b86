CREATE TABLE t (id int, a text);
CREATE INDEX i ON t (a  text_pattern_ops);
CREATE INDEX j ON t (a) WHERE a ~~ 'x%';
