CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = 'english', accept = false);
COMMENT ON TEXT SEARCH DICTIONARY d IS 'd';
CREATE TABLE t (id int);
