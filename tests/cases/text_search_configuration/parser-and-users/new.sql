CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = p);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH simple;
CREATE TABLE t (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('c', a)) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('c', a));
